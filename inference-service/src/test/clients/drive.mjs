// Asks the gateway in every way by the official openai package, unmodified.
import assert from "node:assert/strict";
import OpenAI from "openai";

const model = process.env.MODEL;
const client = new OpenAI({ maxRetries: 0 });
const user = (content) => [{ role: "user", content }];
const weather = {
  type: "function",
  function: {
    name: "weather",
    parameters: { type: "object", properties: { city: { type: "string" } } },
  },
};

const models = [];
for await (const each of client.models.list()) models.push(each.id);
assert.ok(models.includes(model));

const answer = await client.chat.completions.create({ model, messages: user("hello") });
assert.equal(answer.choices[0].message.content, "你好");
assert.equal(answer.model, model);

const tool = await client.chat.completions.create({
  model,
  messages: user("weather?"),
  tools: [weather],
});
assert.equal(tool.choices[0].message.tool_calls[0].function.name, "weather");

let words = "";
const stream = await client.chat.completions.create({
  model,
  messages: user("hello"),
  stream: true,
});
for await (const chunk of stream) words += chunk.choices[0].delta.content ?? "";
assert.equal(words, "你好!");

const vectors = await client.embeddings.create({
  model,
  input: "hello",
  encoding_format: "float",
});
assert.deepEqual(vectors.data[0].embedding, [0.25, -0.5]);

const errors = {
  400: OpenAI.BadRequestError,
  404: OpenAI.NotFoundError,
  409: OpenAI.ConflictError,
  422: OpenAI.UnprocessableEntityError,
  429: OpenAI.RateLimitError,
  500: OpenAI.InternalServerError,
};
for (const [status, type] of Object.entries(errors)) {
  await assert.rejects(
    client.chat.completions.create({ model, messages: user(`fail ${status}`) }),
    (error) => error instanceof type && error.code === "wire_error",
  );
}
await assert.rejects(
  client.chat.completions.create({ model: "nobody", messages: user("hello") }),
  (error) => error instanceof OpenAI.NotFoundError && error.code === "model_not_found",
);
await assert.rejects(
  new OpenAI({ apiKey: "tm-wrong", maxRetries: 0 }).models.list(),
  OpenAI.AuthenticationError,
);
console.log("done");
