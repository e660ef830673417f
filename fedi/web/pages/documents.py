"""What a page's address answers to a machine that asks for ActivityStreams: the document of the same thing."""

from quart import Response

from fedi.web import activitypub


async def actor(name: str) -> Response:
    """The actor document, as at `/users/NAME`."""
    return await activitypub.actor_response(name)


async def post(name: str, post_id: int) -> Response:
    """The object document, as at `/users/NAME/posts/ID`."""
    return await activitypub.post_response(name, post_id)


async def gallery(name: str, slug: str) -> Response:
    """The collection, as at `/users/NAME/galleries/SLUG`."""
    return await activitypub.gallery_response(name, slug)


async def featured_collection(name: str, collection_id: int) -> Response:
    """People whom an artist recommends, as at `/users/NAME/collections/NUMBER`."""
    return await activitypub.featured_collection_response(name, collection_id)
