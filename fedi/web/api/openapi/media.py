"""Pictures: uploads, which are protected before they have an address."""

from fedi.models.media import MediaState, StageState
from fedi.policy.consent import AXES, PRESETS, Answer
from fedi.services.media import MAX_ALT
from fedi.web.api.openapi.language import (
    COUNT,
    NUMBER,
    OBJECT,
    TEXT,
    WHOLE,
    Operation,
    Schema,
    choice,
    entity,
    keys,
    many,
    maybe,
    ref,
    says,
)

_AXIS = f"({'|'.join(AXES)})=({'|'.join(Answer)})"
CONSENT = says(
    {"anyOf": [choice(*PRESETS), {"type": "string", "pattern": f"^{_AXIS}(,{_AXIS})*$"}]},
    "What machines may do with it: one of five answers, or the single uses, as in "
    "`train_generative=deny,search=allow`; those that are not named are denied, but for `search`.",
)
AXES_SAID = says(
    maybe(keys({axis: choice(*Answer) for axis in AXES})),
    "The consent use by use: `train_generative` (models that make pictures or text), `train_other` "
    "(recognition and the like), `inference` (as input of an AI at work), `data_mining`, `search`. "
    "`deny`, `ask` (the artist), `licence` (under one of the artist's), `allow`.",
)
# What is said of what is made here; of other servers' it is not in the answer.
BRIEF: dict[str, Schema] = {
    "axes": AXES_SAID,
    "license": says(TEXT, "the address of the licence for people, or of the page that tells the terms"),
    "policy": says(maybe(TEXT), "the address of the ODRL policy; `?v=` is the number of the artist's decision"),
}
FACTS: dict[str, Schema] = {
    "license": BRIEF["license"],
    "policy": BRIEF["policy"],
    "licence_title": says(TEXT, "the licence for people to read"),
    "licence_spdx": says(maybe(TEXT), "its SPDX id"),
    "rights": says(TEXT, "one line: copyright, licence, and the answer on AI"),
    "rights_holder": TEXT,
    "tdm_reservation": says({"enum": [0, 1]}, "as in TDMRep"),
    "tdm_policy": says(maybe(TEXT), "where mining may be had by asking or paying"),
    "contact": says(maybe(TEXT), "whom to ask: `mailto:` or `https:`"),
    "price": says(maybe(TEXT), "what a licence costs about, as in `50 EUR`"),
    "version": says(COUNT, "the number of the artist's decision; 0 for none"),
}
SIZE = keys({"width": COUNT, "height": COUNT, "size": says(TEXT, "`800x600`"), "aspect": NUMBER})
STAGE = keys(
    {
        "name": says(TEXT, "`scrub`, `normalise`, `encode`, `terms`, `sign`, `verify`; others may come"),
        "state": choice(*StageState),
        "seconds": maybe(NUMBER),
        "cpu_seconds": maybe(NUMBER),
        "error": maybe(TEXT),
    }
)
EXTRAS = says(
    keys(
        {
            "consent": says(maybe(CONSENT), "What machines may do with it. Null: its author, elsewhere, says nothing."),
            "state": says(
                choice(*MediaState, "remote"),
                "How far its protection is: `uploaded`, `protecting`, `protected`, `failed` (`reason` says why), "
                "`withdrawn`; `remote` for pictures of other servers.",
            ),
            "terms": says(maybe(OBJECT), "The terms of a picture of another server in its author's own words."),
        },
        {
            **BRIEF,
            "own_consent": says(maybe(TEXT), "What was said of this picture alone; null: its post's terms hold."),
            "preset": says(TEXT, "which protection was asked for"),
            "reason": says(maybe(TEXT), "why it could not be protected"),
            "report": says(maybe(ref("ProtectionReport")), "what was done and measured; null until it is done"),
            "stages": says(many(STAGE), "the steps of the run that is being made, or was made last"),
        },
    ),
    "What only this server knows of a picture. What is not in every answer is for its owner alone.",
)
REPORT = entity(
    "What was done to a picture to protect it and what was measured. What its plan does not hold is null.",
    {
        "version": WHOLE,
        "preset": says(TEXT, "which protection was asked for"),
        "plan": says(many(TEXT), "the stages in their order"),
        "stages": many(keys({"name": TEXT, "seconds": NUMBER, "cpu_seconds": NUMBER, "state": TEXT, "detail": OBJECT})),
        "quality": says(maybe(OBJECT), "how far the served picture is from the upload"),
        "extractors": says(maybe(many(OBJECT)), "what models that look at pictures make of it"),
        "retention": says(maybe(OBJECT), "what is left of the protection after usual changes"),
        "watermark": says(maybe(OBJECT), "the mark inside, and whether it was read back"),
        "consent": CONSENT,
        "terms": says(many(keys({"layer": TEXT, "value": TEXT})), "what was written into the file, by layer"),
        "grade": maybe(TEXT),
        "claims": says(many(TEXT), "sentences on what holds"),
        "warnings": says(many(TEXT), "sentences on what does not"),
    },
)
ATTACHMENT: dict[str, Schema] = {
    "id": TEXT,
    "type": choice("image", "video", "audio", "unknown"),
    "url": says(maybe(TEXT), "null until it is protected"),
    "preview_url": maybe(TEXT),
    "remote_url": maybe(TEXT),
    "preview_remote_url": maybe(TEXT),
    "text_url": maybe(TEXT),
    "meta": keys({"focus": keys({"x": NUMBER, "y": NUMBER})}, {"original": SIZE, "small": SIZE}),
    "description": maybe(TEXT),
    "blurhash": maybe(TEXT),
    "fedi": EXTRAS,
}
ENTITIES = {
    "MediaAttachment": entity("A picture; of other servers also a film or a sound.", ATTACHMENT),
    "ProtectionReport": REPORT,
}
TERMS = says(
    {"type": "object", "properties": {"consent": CONSENT}},
    "For this picture alone; without it the terms of its post hold.",
)
_FIELDS: dict[str, Schema] = {
    "description": {**says(TEXT, "for those who cannot see it"), "maxLength": MAX_ALT},
    "focus": says(TEXT, "`x,y`, each from -1 to 1: what must be seen when it is cropped"),
}
_UPLOAD = Operation(
    "Upload a picture",
    ref("MediaAttachment"),
    "It has no address (`url` is null) until it is protected; a post may name it at once, and shows itself then.",
    body={**_FIELDS, "fedi": TERMS},
    files=("file",),
    required=("file",),
    status=202,
)
OPERATIONS = {
    "POST /api/v1/media": _UPLOAD,
    "POST /api/v2/media": _UPLOAD,
    "GET /api/v1/media/:id": Operation(
        "How far it is",
        ref("MediaAttachment"),
        also={
            206: ("It is being protected.", ref("MediaAttachment")),
            422: (
                "It could not be protected: `error` and `fedi.reason` say why.",
                entity("The refusal, with the picture.", {"error": TEXT}, ATTACHMENT),
            ),
        },
    ),
    "PUT /api/v1/media/:id": Operation(
        "Describe it",
        ref("MediaAttachment"),
        "Once its post is published it is changed by an edit of the post, so that everybody hears of it.",
        body=_FIELDS,
    ),
    "DELETE /api/v1/media/:id": Operation("Delete an upload that no post uses", ref("Nothing")),
}
