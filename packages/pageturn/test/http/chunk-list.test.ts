import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { ChunkList } from "../../src/http/node-exchange.ts";

function listOf(sizes: readonly number[]): { list: ChunkList; chunks: Buffer[] } {
  const chunks = sizes.map((size, index) => Buffer.alloc(size, index + 1));
  const list = new ChunkList();
  for (const chunk of chunks) list.add(chunk);
  return { list, chunks };
}

const sizes = fc.array(fc.oneof(fc.nat({ max: 5 }), fc.nat({ max: 5000 }), fc.nat({ max: 70_000 })), {
  maxLength: 40,
});

test.prop([sizes])("chunks of any size come out as they went in", (each) => {
  const { list, chunks } = listOf(each);
  expect(list.size).toBe(Buffer.concat(chunks).byteLength);
  expect(Buffer.from(list.join()).equals(Buffer.concat(chunks))).toBe(true);
});

test("a single chunk is not copied", () => {
  const { list, chunks } = listOf([10]);
  expect(list.join()).toBe(chunks[0]);
});

test("a million chunks of a byte each take little more memory than a megabyte", () => {
  const list = new ChunkList();
  const pool = Buffer.alloc(1);
  const before = process.memoryUsage();
  for (let count = 0; count < 1_000_000; count++) list.add(pool.subarray(0, 1));
  const after = process.memoryUsage();
  expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(2_000_000);
  expect(list.join().byteLength).toBe(1_000_000);
});
