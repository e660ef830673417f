// masto.js doing what it is told: one line of JSON on standard input is one call, one on standard output its answer.
//
// NODE_EXTRA_CA_CERTS names the private authority.
// { url, token, path: "v1/statuses/:5/favourite", args } -> { value } or { error, status }; a `:` selects, and an
//     argument { $file, type } is that file. "oauth/..." asks the OAuth client. A list gives its first page.
// { ..., pages: n } -> { value: [page, ...] } as many pages of a list as there are, at most n
// { url, token, listen: "public/local", args } -> { value: number of the stream }
// { heard: number } -> { value: [event, ...] } so far; { close: true } ends every stream

import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { createInterface } from "node:readline";
import { createOAuthAPIClient, createRestAPIClient, createStreamingAPIClient } from "masto";

const streamers = new Map(); // address and token -> a client with one WebSocket
const heard = []; // for each subscription: its events, oldest first

function member(client, path) {
  return path.split("/").reduce((at, name) => (name.startsWith(":") ? at.$select(name.slice(1)) : at[name]), client);
}

function given(value) {
  if (Array.isArray(value)) return value.map(given);
  if (value === null || typeof value !== "object") return value;
  if (value.$file) return new File([readFileSync(value.$file)], basename(value.$file), { type: value.type });
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, given(each)]));
}

function call({ url, token, path, args }) {
  const [kind, rest] = path.startsWith("oauth/") ? [createOAuthAPIClient, path.slice(6)] : [createRestAPIClient, path];
  return member(kind({ url, accessToken: token }), rest)(...given(args));
}

async function pages(asked) {
  const found = [];
  for await (const page of call(asked)) {
    found.push(page);
    if (found.length === asked.pages) break;
  }
  return found;
}

async function listen({ url, token, listen: path, args }) {
  const key = `${url} ${token}`;
  if (!streamers.has(key)) {
    const instance = await createRestAPIClient({ url }).v2.instance.fetch();
    const streamingApiUrl = instance.configuration.urls.streaming;
    streamers.set(key, createStreamingAPIClient({ streamingApiUrl, accessToken: token }));
  }
  const events = [];
  const subscription = member(streamers.get(key), path).subscribe(...args);
  (async () => {
    for await (const event of subscription) events.push(event);
  })();
  return heard.push(events) - 1;
}

function answer(asked) {
  if (asked.listen) return listen(asked);
  if (asked.heard !== undefined) return heard[asked.heard];
  if (asked.close) return streamers.forEach((each) => each.close());
  return asked.pages ? pages(asked) : call(asked);
}

for await (const line of createInterface({ input: process.stdin })) {
  let said;
  try {
    said = { value: (await answer(JSON.parse(line))) ?? null };
  } catch (error) {
    said = { error: String(error), status: error.statusCode ?? null };
  }
  console.log(JSON.stringify(said));
}
