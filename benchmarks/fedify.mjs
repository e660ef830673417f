// Fedify as its guide sets it up, with whatever costs it least: a store in memory, no log, listeners that only count,
// RSA keys of 2048 bits where its own default is 4096, no Ed25519 proofs; without QUEUE no message queue, so that
// everything happens within its request and nothing is tried again. With QUEUE deliveries go through its queue in memory.
//
// Environment: ORIGIN (its own address as others see it), DOCUMENTS (a loopback server that gives the document of
// https://HOST/PATH at /HOST/PATH), INBOXES (a JSON list), ACTIVITY (a JSON document), QUEUE (empty or not).
// Writes its port as one line. POST /inbox; GET /_counts; POST /_deliver?rounds= (the activity to all inboxes, so often).

import { createServer } from "node:http";

// Node.js 20 has no navigator, which Fedify asks for its user agent.
globalThis.navigator ??= { userAgent: `Node.js/${process.versions.node}` };

const { createFederation, InProcessMessageQueue, kvCache, MemoryKvStore, ParallelMessageQueue } = await import(
  "@fedify/fedify"
);
const { Create, Like, Person } = await import("@fedify/fedify/vocab");

const { ORIGIN, DOCUMENTS, INBOXES, ACTIVITY, QUEUE } = process.env;
const kv = new MemoryKvStore();
const counts = { Create: 0, Like: 0, documents: 0 };

// Fedify's own loader but for where the documents lie: cached in the store for its default of five minutes.
async function load(url) {
  counts.documents += 1;
  const { host, pathname } = new URL(url);
  const answer = await fetch(`${DOCUMENTS}/${host}${pathname}`);
  return { contextUrl: null, documentUrl: url, document: await answer.json() };
}

class Queue extends InProcessMessageQueue {
  left = 0; // deliveries of this round that have not been worked on
  finished = () => {};

  listen(handler, options) {
    const work = async (message) => {
      await handler(message);
      if (message.type !== "outbox") return;
      this.left -= 1;
      if (this.left === 0) this.finished();
    };
    return super.listen(work, options);
  }
}

const queue = QUEUE ? new Queue() : undefined;
const parallel = QUEUE ? new ParallelMessageQueue(queue, 50) : undefined;

// An outgoing request is signed in the way that fedi tries first.
const federation = createFederation({
  kv,
  queue: QUEUE ? { outbox: parallel, fanout: parallel } : undefined,
  documentLoaderFactory: () => kvCache({ loader: load, kv }),
  firstKnock: "draft-cavage-http-signatures-12",
});

federation.setActorDispatcher("/users/{identifier}", (context, identifier) => {
  return new Person({ id: context.getActorUri(identifier), preferredUsername: identifier });
});

federation
  .setInboxListeners("/users/{identifier}/inbox", "/inbox")
  .on(Create, () => void (counts.Create += 1))
  .on(Like, () => void (counts.Like += 1));

const own = federation.createContext(new URL(ORIGIN), undefined);
const parameters = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256", modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) };
const { privateKey } = await crypto.subtle.generateKey(parameters, true, ["sign", "verify"]);
const sender = { keyId: new URL(`${ORIGIN}/users/mira#main-key`), privateKey };
const recipients = JSON.parse(INBOXES).map((inbox) => ({ id: new URL("/users/ann", inbox), inboxId: new URL(inbox) }));
// One object for all rounds: it keeps the document it was read from and does not write it down anew.
const activity = await Create.fromJsonLd(JSON.parse(ACTIVITY), own);

async function deliver() {
  if (queue === undefined) return await own.sendActivity(sender, recipients, activity);
  const finished = new Promise((resolve) => (queue.finished = resolve));
  queue.left = recipients.length;
  await own.sendActivity(sender, recipients, activity);
  await finished;
}

async function answer(incoming) {
  const chunks = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const url = new URL(incoming.url, ORIGIN);
  if (url.pathname === "/_counts") return Response.json(counts);
  if (url.pathname === "/_deliver") {
    for (let left = Number(url.searchParams.get("rounds")); left > 0; left -= 1) await deliver();
    return new Response(null, { status: 204 });
  }
  const request = new Request(url, { method: "POST", headers: incoming.headers, body: Buffer.concat(chunks) });
  return await federation.fetch(request, {});
}

const server = createServer(async (incoming, outgoing) => {
  try {
    const response = await answer(incoming);
    const body = Buffer.from(await response.arrayBuffer());
    const headers = { ...Object.fromEntries(response.headers), "content-length": body.length };
    outgoing.writeHead(response.status, headers).end(body);
  } catch (error) {
    console.error(error);
    outgoing.writeHead(500, { "content-length": 0 }).end();
  }
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
