// Holds what the program asked of a forge in its tests against GitHub's own descriptions: each request of REST
// against the OpenAPI description, by a server that refuses what does not fit, and each query of GraphQL, with its
// variables, against the schema.
//
// node check.mjs FILE: a request a line, as JSON: its method, its target and its body.

import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { buildSchema, getVariableValues, parse, validate } from "graphql";

// The packages stand beside this file; not all of them export what is read here.
const packaged = (path) => new URL(`node_modules/${path}`, import.meta.url).pathname;
const requests = readFileSync(process.argv[2], "utf8").trim().split("\n").map((line) => JSON.parse(line));
const failures = [];

// GraphQL. The schema is taken as it is: it defines a field twice, which is none of our business.
const text = readFileSync(packaged("@octokit/graphql-schema/schema.graphql"), "utf8");
const schema = buildSchema(text, { assumeValidSDL: true });
const queries = new Map();
for (const { method, body } of requests) {
  if (method === "POST") queries.set(body, JSON.parse(body));
}
const kinds = new Set();
for (const { query, variables } of queries.values()) {
  const document = parse(query);
  const operation = document.definitions[0];
  kinds.add(operation.name.value);
  const wrong = validate(schema, document);
  const values = getVariableValues(schema, operation.variableDefinitions ?? [], variables);
  for (const error of [...wrong, ...(values.errors ?? [])]) {
    failures.push(`${operation.name.value}: ${error.message}`);
  }
}

// REST.
const targets = new Set(requests.filter(({ method }) => method === "GET").map(({ target }) => target));
const description = packaged("@octokit/openapi/generated/api.github.com.json");
const port = 4010 + (process.pid % 1000);
const prism = spawn(
  process.execPath,
  [packaged("@stoplight/prism-cli/dist/index.js"), "mock", "--errors", "-p", `${port}`, description],
  { stdio: ["ignore", "pipe", "inherit"] },
);
await new Promise((resolve, reject) => {
  prism.stdout.on("data", (data) => `${data}`.includes("is listening") && resolve());
  prism.on("exit", () => reject(new Error("the server ended")));
  setTimeout(() => reject(new Error("the server does not start")), 180_000).unref();
});
for (const target of targets) {
  const answer = await fetch(`http://127.0.0.1:${port}${target}`, {
    headers: { accept: "application/json", authorization: "Bearer x" },
  });
  if (answer.status !== 200) {
    failures.push(`GET ${target}: ${answer.status} ${(await answer.text()).slice(0, 300)}`);
  }
}
prism.removeAllListeners("exit");
prism.kill();

const paths = new Set([...targets].map((target) => target.split("?")[0].replace(/\/r\d+/, "/shop")));
console.log(`${targets.size} requests of REST to ${paths.size} paths, ${queries.size} queries of GraphQL of ${kinds.size} kinds`);
for (const failure of failures) console.error(failure);
console.log(`${targets.size + queries.size - failures.length} passed, ${failures.length} failed`);
process.exit(failures.length > 0 || targets.size === 0 || queries.size === 0 ? 1 : 0);
