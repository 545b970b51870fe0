
"use strict";

const key = document.getElementById("key");
const place = document.getElementById("operations");
const METHODS = ["get", "post", "put", "patch", "delete"];

/** An element with its attributes and children. */
function make(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) element.setAttribute(attribute, value);
  element.append(...children);
  return element;
}

/** The schema that a reference means. */
function resolve(api, schema) {
  return schema && schema.$ref ? api.components.schemas[schema.$ref.split("/").pop()] : (schema ?? {});
}

/** A value of a schema's shape, to begin with. */
function example(api, given, depth = 0) {
  const schema = resolve(api, given);
  if (schema.example !== undefined) return schema.example;
  if (schema.enum) return schema.enum[0];
  const choices = schema.oneOf ?? schema.anyOf;
  if (choices) return choices.some((choice) => choice.type === "null") ? null : example(api, choices[0], depth + 1);
  const type = Array.isArray(schema.type) ? (schema.type.includes("null") ? "null" : schema.type[0]) : schema.type;
  if (type === "object" && depth < 4) {
    const fields = Object.entries(schema.properties ?? {});
    return Object.fromEntries(fields.map(([name, field]) => [name, example(api, field, depth + 1)]));
  }
  if (type === "array") return schema.items ? [example(api, schema.items, depth + 1)] : [];
  if (type === "integer" || type === "number") return schema.minimum ?? 0;
  if (type === "boolean") return false;
  return type === "string" ? "" : null;
}

/** A field for a parameter. */
function field(parameter) {
  const input = make("input", { autocomplete: "off", spellcheck: "false" });
  if (parameter.required) input.required = true;
  const where = make("span", { class: "hint" }, parameter.in === "header" ? "header" : "");
  const what = make("span", { class: "hint" }, parameter.description ?? "");
  return { parameter, input, label: make("label", {}, parameter.name, where, what, input) };
}

/** The form of an operation. */
function form(api, path, method, operation) {
  const fields = (operation.parameters ?? []).map(field);
  const content = operation.requestBody?.content["application/json"];
  const body = content && make("textarea", { spellcheck: "false" });
  if (body) body.value = JSON.stringify(example(api, content.schema), null, 2);
  const button = make("button", { type: "submit" }, "Send");
  const answer = make("div", { class: "answer", "aria-live": "polite" });
  const parts = fields.map(({ label }) => label);
  if (body) parts.push(make("label", {}, "Body", body));
  const element = make("form", {}, make("p", {}, operation.description ?? ""), ...parts, button, answer);
  element.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    try {
      await send(path, method, fields, body, answer);
    } catch {
      answer.replaceChildren(make("p", { class: "refused" }, "The server cannot be reached. Check your connection and try again."));
    } finally {
      button.disabled = false;
    }
  });
  return element;
}

/** Sends what is in a form and shows what comes back. */
async function send(path, method, fields, body, answer) {
  let address = path;
  const query = new URLSearchParams();
  const headers = {};
  for (const { parameter, input } of fields) {
    const value = input.value.trim();
    if (parameter.in === "path") address = address.replace(`{${parameter.name}}`, encodeURIComponent(value));
    else if (value && parameter.in === "query") query.set(parameter.name, value);
    else if (value) headers[parameter.name] = value;
  }
  const token = key.value.trim();
  if (token.startsWith("oc_")) headers["X-API-Key"] = token;
  else if (token) headers.Authorization = `Bearer ${token}`;
  if (body) headers["Content-Type"] = "application/json";
  const url = `/api/v1${address}${query.size ? `?${query}` : ""}`;
  const started = performance.now();
  // No cookie goes along: the API looks at none.
  const response = await fetch(url, { method: method.toUpperCase(), headers, body: body?.value, credentials: "omit" });
  const text = await response.text();
  const took = `${response.status} ${response.statusText}, ${Math.round(performance.now() - started)} ms`;
  const status = make("p", { class: response.ok ? "status" : "status refused" }, took);
  answer.replaceChildren(status);
  if (text) answer.append(make("pre", { tabindex: "0" }, pretty(text)));
}

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

/** Lists every operation, by what it is about. */
function show(api) {
  const groups = new Map();
  for (const [path, item] of Object.entries(api.paths)) {
    for (const method of METHODS.filter((method) => item[method])) {
      const operation = item[method];
      const group = operation.tags?.[0] ?? "other";
      const head = make(
        "summary",
        {},
        make("code", { class: "method" }, method.toUpperCase()),
        make("code", { class: "path" }, path),
        make("span", { class: "what" }, operation.summary ?? ""),
      );
      const shown = make("details", {}, head);
      shown.addEventListener("toggle", () => shown.childElementCount > 1 || shown.append(form(api, path, method, operation)));
      groups.set(group, [...(groups.get(group) ?? []), shown]);
    }
  }
  place.replaceChildren(...[...groups].map(([name, operations]) => make("section", {}, make("h2", {}, name), ...operations)));
}

fetch("/api/v1/openapi.json", { credentials: "omit" })
  .then((response) => response.json())
  .then(show)
  .catch(() => place.replaceChildren(make("p", { class: "refused" }, "The operations could not be loaded. Reload the page to try again.")));
