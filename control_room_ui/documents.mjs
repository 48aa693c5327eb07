// Come here to make src/documents.d.ts: the types of all that the published documents describe.
import { readFileSync, writeFileSync } from "node:fs";
import { load } from "js-yaml";
import { compile } from "json-schema-to-typescript";

const folder = new URL("../dispatch/", import.meta.url);
const openapi = load(readFileSync(new URL("openapi.json", folder), "utf8"));
const asyncapi = load(readFileSync(new URL("asyncapi.yaml", folder), "utf8"));

const { channels, components } = asyncapi;
const frames = Object.keys(channels.feed.messages).map((name) => components.messages[name].payload);
const schemas = {
  ...openapi.components.schemas,
  ...components.schemas,
  FeedFrame: { oneOf: frames },
};

// Both documents become one. FastAPI's titles would each become a type of their own.
const definitions = JSON.parse(
  JSON.stringify(schemas, (name, value) =>
    name === "title" && typeof value === "string" ? undefined : value,
  )
    .replaceAll("./openapi.json#", "#")
    .replaceAll("#/components/schemas/", "#/definitions/"),
);

const types = await compile({ type: "object", definitions }, "Documents", {
  additionalProperties: false,
  unreachableDefinitions: true,
  ignoreMinAndMaxItems: true,
  bannerComment: "// Made from openapi.json and asyncapi.yaml by `npm run documents`.",
  format: false,
});
writeFileSync(new URL("src/documents.d.ts", import.meta.url), types);
