"""A spider that takes every picture it may: `scrapy runspider spider.py -a start=ADDRESS,ADDRESS`."""

from urllib.parse import urlsplit

import scrapy


class Pictures(scrapy.Spider):
    name = "pictures"
    custom_settings = {  # noqa: RUF012 - as Scrapy wants it
        "ROBOTSTXT_OBEY": True,
        "ITEM_PIPELINES": {"scrapy.pipelines.files.FilesPipeline": 1},
        "MEDIA_ALLOW_REDIRECTS": True,
        "TELNETCONSOLE_ENABLED": False,
        "LOG_LEVEL": "INFO",
    }

    def __init__(self, start="", **options):
        super().__init__(**options)
        self.start_urls = start.split(",")
        self.host = urlsplit(self.start_urls[0]).netloc

    def parse(self, response):
        found = response.css("img::attr(src), a[href*='/media/']::attr(href), meta[property='og:image']::attr(content)")
        yield {"page": response.url, "file_urls": [response.urljoin(each) for each in found.getall()]}
        for link in response.css("a::attr(href)").getall():
            target = response.urljoin(link)
            if urlsplit(target).netloc == self.host and "/media/" not in target:
                yield response.follow(link, self.parse)
