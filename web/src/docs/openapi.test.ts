import { describe, expect, it } from "vitest";
import { named, routes, words, type Document, type Schema } from "./openapi";

const list: Schema = { type: "array", items: { $ref: "#/components/schemas/Chat" } };
const operation = { operationId: "chat.all", tags: ["chat"], summary: "What was said", parameters: [], responses: {} };
const document: Document = {
  paths: { "/api/v1/chat": { get: operation }, "/api/v1/me": { get: { ...operation, tags: ["auth"], summary: "Who I am" } } },
  components: {
    schemas: {
      Chat: { type: "object", properties: { pin: { anyOf: [{ $ref: "#/components/schemas/Pin" }, { type: "null" }] } } },
      Pin: { type: "object", properties: { chat: { $ref: "#/components/schemas/Chat" } } },
    },
  },
};

describe("words", () => {
  it.each<[Schema, string]>([
    [{ type: "integer", minimum: 1, maximum: 500 }, "integer 1 … 500"],
    [{ type: "string", minLength: 8 }, "string 8 …"],
    [{ type: "string", format: "date-time" }, "date-time"],
    [{ anyOf: [{ type: "string" }, { type: "null" }] }, "string or null"],
    [{ enum: ["in", "out"] }, "in | out"],
    [list, "list of Chat"],
    [{ type: "object", additionalProperties: { type: "number" } }, "map of number"],
    [{}, "anything"],
  ])("%j is %s", (schema, expected) => expect(words(schema)).toBe(expected));
});

it("names what a schema leads to, each once", () => {
  expect([...named(document, list).keys()]).toEqual(["Chat", "Pin"]);
});

it("finds routes by all words of a search", () => {
  expect([...routes(document, "").keys()]).toEqual(["chat", "auth"]);
  expect([...routes(document, "GET said").keys()]).toEqual(["chat"]);
  expect(routes(document, "said me").size).toBe(0);
});
