"""Come here for what tests of the feed wait for."""

from tests.feed_client import FeedClient


async def upto(feed: FeedClient, seq: int) -> list[int]:
    """The numbers that a screen has seen once it has seen that one."""
    await feed.until(lambda frame: frame.get("seq") == seq)
    return feed.seqs
