// Shoppers on gRPC's own JavaScript client, with its own retries.
//
//   node shoppers.js HOST:PORT guarded|unguarded SCHEMA
//
// SCHEMA is a file with a FileDescriptorSet. Standard input has a PlaceOrderRequest on each line, as
// JSON with the names of the proto. Standard output gets a line for each answer, {reference,
// orderId} or {reference, code, details}, and in the end {calls}: how often the client was called.
// What it has repeated on its own account is not in that.
'use strict';

const crypto = require('crypto');
const fs = require('fs');
const readline = require('readline');
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

const [target, mode, schema] = process.argv.slice(2);

const SHOPPERS = 6;
const MOST_TRIES = 60;
const DEADLINE_MILLIS = 10_000;
const PAUSE_MILLIS = 100;

// After these the order may or may not have been placed; after all others it was not.
const NO_ANSWER = new Set(['CANCELLED', 'UNKNOWN', 'DEADLINE_EXCEEDED', 'RESOURCE_EXHAUSTED',
  'ABORTED', 'INTERNAL', 'UNAVAILABLE'].map((name) => grpc.status[name]));

const SERVICE_CONFIG = {
  methodConfig: [{
    name: [{ service: 'demo.order.v1.OrderService' }],
    retryPolicy: {
      maxAttempts: 5,
      initialBackoff: '0.05s',
      maxBackoff: '1s',
      backoffMultiplier: 2,
      retryableStatusCodes: ['UNAVAILABLE'],
    },
  }],
};

// A UUID of version 7 (RFC 9562): its first 48 bits say when the operation was first tried.
function newRequestId() {
  const bytes = crypto.randomBytes(16);
  bytes.writeUIntBE(Date.now(), 0, 6);
  bytes[6] = 0x70 | (bytes[6] & 0x0f);
  bytes[8] = 0x80 | (bytes[8] & 0x3f);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

const definition = loader.loadFileDescriptorSetFromBuffer(fs.readFileSync(schema),
  { keepCase: true, longs: String });
const { OrderService } = grpc.loadPackageDefinition(definition).demo.order.v1;
const orders = new OrderService(target, grpc.credentials.createInsecure(),
  { 'grpc.service_config': JSON.stringify(SERVICE_CONFIG) });

let calls = 0;

function place(request, metadata) {
  calls++;
  return new Promise((resolve) => {
    orders.placeOrder(request, metadata, { deadline: Date.now() + DEADLINE_MILLIS },
      (failure, order) => resolve({ failure, order }));
  });
}

async function buy(request) {
  const metadata = new grpc.Metadata();
  if (mode === 'guarded') {
    metadata.set('idempotency-key', newRequestId());
  }
  for (let tries = 1; ; tries++) {
    const { failure, order } = await place(request, metadata);
    if (!failure) {
      return { reference: request.reference, orderId: order.order_id };
    }
    if (!NO_ANSWER.has(failure.code) || tries === MOST_TRIES) {
      return { reference: request.reference, code: failure.code, details: failure.details };
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MILLIS));
  }
}

async function main() {
  const requests = [];
  for await (const line of readline.createInterface({ input: process.stdin })) {
    requests.push(JSON.parse(line));
  }
  const shop = async () => {
    for (let request = requests.shift(); request; request = requests.shift()) {
      console.log(JSON.stringify(await buy(request)));
    }
  };
  await Promise.all(Array.from({ length: SHOPPERS }, shop));
  console.log(JSON.stringify({ calls }));
  orders.close();
}

main();
