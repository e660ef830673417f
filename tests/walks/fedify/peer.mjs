// One Fedify instance with one actor, ann. What it receives it verifies and records; what it is told under /_, it does.
//
// Environment: PORT, ORIGIN (https://host:port), CERTIFICATE and KEY (PEM files); NODE_EXTRA_CA_CERTS for the private
// authority.
// GET /_ready, /_seen (every verified activity), /_expand?activity= (one of them), /_lookup?what=,
//     /_proven?activity= (whether its FEP-8b32 proof is good), /_traverse?collection=, /_status?url=
// POST /_follow?actor=, /_like?object=, /_announce?object=, /_reply?object=&text=, /_edit?note=&text=, /_delete?note=,
//      /_undo?activity=, /_knock?inbox=&object=&spec=&change= (a signed Like, changed after signing),
//      /_replay?activity=&change= (a request received before, given to the inbox once more)

import { readFileSync } from "node:fs";
import { createServer } from "node:https";

// Node.js 20 has no navigator, which Fedify asks for its user agent.
globalThis.navigator ??= { userAgent: `Node.js/${process.versions.node}` };

const { createFederation, generateCryptoKeyPair, MemoryKvStore, signRequest, verifyObject } = await import("@fedify/fedify");
const vocab = await import("@fedify/fedify/vocab");
const { Temporal } = await import("@js-temporal/polyfill");
const { default: jsonld } = await import("@fedify/vocab-runtime/jsonld");
const { Accept, Activity, Announce, Create, Delete, Follow, Like, Mention, Note, Person, PUBLIC_COLLECTION } = vocab;
const { Tombstone, Undo, Update, Endpoints } = vocab;

const { PORT, ORIGIN, CERTIFICATE, KEY } = process.env;
const ANN = { identifier: "ann" };
const keys = [await generateCryptoKeyPair("RSASSA-PKCS1-v1_5"), await generateCryptoKeyPair("Ed25519")];
const notes = new Map(); // id -> Note, or null once deleted
const sent = new Map(); // id -> { activity, recipient }
const seen = []; // verified activities, oldest first
const received = []; // POSTs as they came: { path, headers, body }
let counter = 0;

// Without a queue everything is done within its request, so an error is an answer and nothing is repeated.
const federation = createFederation({ kv: new MemoryKvStore(), allowPrivateAddress: true });

federation
  .setActorDispatcher("/users/{identifier}", async (context, identifier) => {
    if (identifier !== "ann") return null;
    const pairs = await context.getActorKeyPairs(identifier);
    return new Person({
      id: context.getActorUri(identifier),
      preferredUsername: identifier,
      name: "Ann of Fedify",
      inbox: context.getInboxUri(identifier),
      endpoints: new Endpoints({ sharedInbox: context.getInboxUri() }),
      followers: context.getFollowersUri(identifier),
      publicKey: pairs[0].cryptographicKey,
      assertionMethods: pairs.map((pair) => pair.multikey),
    });
  })
  .setKeyPairsDispatcher((_context, identifier) => (identifier === "ann" ? keys : []));

federation.setFollowersDispatcher("/users/{identifier}/followers", () => ({ items: [] }));

federation.setObjectDispatcher(Note, "/users/{identifier}/notes/{id}", (context, values) => {
  return notes.get(context.getObjectUri(Note, values).href) ?? null;
});

federation
  .setInboxListeners("/users/{identifier}/inbox", "/inbox")
  .on(Follow, async (context, follow) => {
    await record(context, follow);
    const follower = await follow.getActor(context);
    await send(follower, new Accept({ id: nextId("accept"), actor: context.getActorUri("ann"), object: follow }));
  })
  .on(Activity, record);

const own = federation.createContext(new URL(ORIGIN), undefined);
const annUri = own.getActorUri("ann");
const documentLoader = await own.getDocumentLoader(ANN);

function nextId(kind) {
  counter += 1;
  return new URL(`/activities/${kind}-${counter}`, ORIGIN);
}

// The listener is reached only with a signature whose key belongs to the actor of the activity.
async function record(context, activity) {
  const object = await activity.getObject({ ...context, documentLoader, suppressError: true });
  seen.push({
    type: activity.constructor.name,
    id: activity.id.href,
    sender: activity.actorId.href,
    object: object === null ? null : await describe(object),
    objectId: activity.objectId?.href ?? null,
    raw: await activity.toJsonLd({ contextLoader: context.contextLoader }),
  });
}

async function send(recipient, activity) {
  await own.sendActivity(ANN, recipient, activity, { immediate: true });
  sent.set(activity.id.href, { activity, recipient });
  return { id: activity.id.href };
}

async function all(items) {
  const list = [];
  for await (const item of items) list.push(item);
  return list;
}

// In safe mode expansion throws at every term that the contexts do not define.
async function expand(document) {
  return await jsonld.expand(document, { documentLoader: own.contextLoader, safe: true });
}

// What Fedify's own parser made of a thing, beside the raw document and its expansion.
async function describe(thing) {
  const raw = await thing.toJsonLd({ contextLoader: own.contextLoader });
  const described = {
    type: thing.constructor.name,
    id: thing.id?.href ?? null,
    raw,
    expanded: raw["@context"] ? await expand(raw) : null,
  };
  if (vocab.isActor(thing)) {
    described.username = thing.preferredUsername?.toString() ?? null;
    described.inbox = thing.inboxId?.href;
    described.followers = thing.followersId?.href;
    described.outbox = thing.outboxId?.href;
    described.keys = (await all(thing.getPublicKeys({ documentLoader }))).map((key) => key.publicKey.algorithm.name);
    return described;
  }
  described.content = thing.content?.toString() ?? null;
  described.attributedTo = thing.attributionId?.href ?? null;
  described.updated = thing.updated?.toString() ?? null;
  described.tags = (await all(thing.getTags({ documentLoader }))).map((tag) => tag.name?.toString() ?? null);
  described.attachments = (await all(thing.getAttachments({ documentLoader }))).map((each) => ({
    type: each.constructor.name,
    name: each.name?.toString() ?? null,
    mediaType: each.mediaType,
    width: each.width,
    height: each.height,
    url: each.url?.href ?? null,
  }));
  return described;
}

async function lookup(what) {
  const found = await own.lookupObject(what, { documentLoader });
  if (found === null) throw new Error(`${what} was not found`);
  return found;
}

async function authorOf(note) {
  return await note.getAttribution({ ...own, documentLoader });
}

async function noteAbout(object, id, text) {
  const author = await authorOf(object);
  const note = new Note({
    id,
    attribution: annUri,
    content: text,
    replyTarget: object.id,
    to: PUBLIC_COLLECTION,
    ccs: [own.getFollowersUri("ann"), author.id],
    // Not getActorHandle(): it loses hosts with a port.
    tags: [new Mention({ href: author.id, name: `@${author.preferredUsername}@${author.id.host}` })],
    published: Temporal.Now.instant(),
  });
  return { author, note };
}

function wrap(Type, kind, note, ccs) {
  return new Type({ id: nextId(kind), actor: annUri, object: note, to: PUBLIC_COLLECTION, ccs });
}

const doings = {
  async follow({ actor }) {
    const target = await lookup(actor);
    return await send(target, new Follow({ id: nextId("follow"), actor: annUri, object: target.id }));
  },
  async like({ object }) {
    const note = await lookup(object);
    return await send(await authorOf(note), new Like({ id: nextId("like"), actor: annUri, object: note.id }));
  },
  async announce({ object }) {
    const note = await lookup(object);
    const author = await authorOf(note);
    return await send(author, wrap(Announce, "announce", note.id, [author.id, own.getFollowersUri("ann")]));
  },
  async reply({ object, text }) {
    counter += 1;
    const id = own.getObjectUri(Note, { identifier: "ann", id: String(counter) });
    const { author, note } = await noteAbout(await lookup(object), id, text);
    notes.set(id.href, note);
    await send(author, wrap(Create, "create", note, [author.id]));
    return { id: id.href };
  },
  async edit({ note: id, text }) {
    const before = notes.get(id);
    const author = await authorOf(await lookup(before.replyTargetId.href));
    const after = before.clone({ content: text, updated: Temporal.Now.instant() });
    notes.set(id, after);
    return await send(author, wrap(Update, "update", after, [author.id]));
  },
  async delete({ note: id }) {
    const author = await authorOf(await lookup(notes.get(id).replyTargetId.href));
    notes.set(id, null);
    return await send(author, wrap(Delete, "delete", new Tombstone({ id: new URL(id) }), [author.id]));
  },
  async undo({ activity: id }) {
    const { activity, recipient } = sent.get(id);
    return await send(recipient, new Undo({ id: nextId("undo"), actor: annUri, object: activity }));
  },
  async knock({ inbox, object, spec, change }) {
    const [{ keyId, privateKey }] = await own.getActorKeyPairs("ann");
    const like = new Like({ id: nextId("knock"), actor: annUri, object: new URL(object) });
    const body = JSON.stringify(await like.toJsonLd({ contextLoader: own.contextLoader }));
    const headers = { "Content-Type": "application/activity+json" };
    const request = new Request(inbox, { method: "POST", headers, body });
    const signed = await signRequest(request, privateKey, keyId, { spec });
    sent.set(like.id.href, { activity: like, recipient: { id: new URL(object), inboxId: new URL(inbox) } });
    const answer = await fetch(inbox, {
      method: "POST",
      headers: signed.headers,
      body: change === "body" ? body.replace('"Like"', '"Lik3"') : body,
    });
    return { status: answer.status, id: like.id.href };
  },
  async replay({ activity, change }) {
    const { path, headers, body } = received.find((each) => each.body.includes(`"${activity}"`));
    const changed = new Headers(headers);
    if (change === "header") changed.set("Date", new Date(Date.parse(headers.get("Date")) + 1000).toUTCString());
    const request = new Request(ORIGIN + path, {
      method: "POST",
      headers: changed,
      body: change === "body" ? body.replace('"Create"', '"Creat3"') : body,
    });
    return { status: (await federation.fetch(request, {})).status };
  },
};

const questions = {
  ready: async () => ({ ann: annUri.href }),
  seen: async () => seen,
  expand: async ({ activity }) => await expand(seen.find((each) => each.id === activity).raw),
  async proven({ activity, change }) {
    const documents = received.map((each) => JSON.parse(each.body));
    const document = { ...documents.find((each) => each.id === activity), ...(change ? { published: change } : {}) };
    const options = { documentLoader, contextLoader: own.contextLoader };
    return { proof: document.proof !== undefined, good: (await verifyObject(Activity, document, options)) !== null };
  },
  lookup: async ({ what }) => await describe(await lookup(what)),
  async traverse({ collection }) {
    const items = await all(own.traverseCollection(await lookup(collection), { documentLoader }));
    return items.map((item) => ({ type: item.constructor.name, id: item.id?.href ?? null }));
  },
  async status({ url }) {
    try {
      await documentLoader(url);
      return { status: 200 };
    } catch (error) {
      if (error.response === undefined) throw error;
      return { status: error.response.status };
    }
  },
};

async function control(method, url) {
  const deeds = method === "POST" ? doings : questions;
  const deed = deeds[url.pathname.slice(2)];
  if (deed === undefined) return Response.json({ error: "no such deed" }, { status: 404 });
  try {
    return Response.json(await deed(Object.fromEntries(url.searchParams)));
  } catch (error) {
    return Response.json({ error: String(error.stack ?? error), details: error.details }, { status: 500 });
  }
}

async function answer(incoming, outgoing) {
  const chunks = await all(incoming);
  const body = Buffer.concat(chunks).toString("utf8");
  const headers = new Headers(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]));
  const url = new URL(incoming.url, ORIGIN);
  let response;
  if (url.pathname.startsWith("/_")) {
    response = await control(incoming.method, url);
  } else {
    if (incoming.method === "POST") received.push({ path: incoming.url, headers, body });
    const request = new Request(url, { method: incoming.method, headers, body: body === "" ? undefined : body });
    response = await federation.fetch(request, {});
  }
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  outgoing.end(Buffer.from(await response.arrayBuffer()));
}

const server = createServer({ cert: readFileSync(CERTIFICATE), key: readFileSync(KEY) }, (incoming, outgoing) => {
  answer(incoming, outgoing).catch((error) => {
    console.error(error);
    outgoing.writeHead(500).end(String(error));
  });
});
server.listen(Number(PORT), new URL(ORIGIN).hostname);
process.on("SIGTERM", () => process.exit(0));
