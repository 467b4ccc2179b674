"use strict";
/*
 * Runs a custom router written in JavaScript, as a child of the service: node node_host.cjs FILE
 *
 * in   the configuration on one line; then for each question its head on one line,
 *      {"id", "headers", "tokenCount", "sessionId", "method", "url"}, and the request's body on the next.
 *      A head {"id", "ping": true} has no body after it.
 * out  {"ready": true} or {"broken": text, "cure"?} once; {"id", "model", "body"?} or {"id", "error"} for each
 *      question, in any order; {"log": level, "text"} at any time. The end of the input ends the process
 *      when all questions are answered.
 */
const { EventEmitter } = require("node:events");
const { spawnSync } = require("node:child_process");
const { readFileSync } = require("node:fs");
const { format } = require("node:util");
const { pathToFileURL } = require("node:url");

const file = process.argv[2];
const address = pathToFileURL(file).href;
const write = process.stdout.write.bind(process.stdout);

// What the user's code prints must not come between the answers.
process.stdout.write = process.stderr.write.bind(process.stderr);
process.removeAllListeners("warning");

// A line that code wrote around us, without an end, ends here.
const say = (text) => write(`\n${text}\n`);
const tell = (level, ...parts) => say(JSON.stringify({ log: level, text: format(...parts) }));

process.on("uncaughtException", (error) => tell("error", "outside of a request: %s", described(error)));
process.on("unhandledRejection", (error) => tell("error", "outside of a request: %s", described(error)));

// Signals go to the whole group (Ctrl-C, systemd): the service still needs us while it finishes its requests.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => {});

const event = new EventEmitter();
const log = { child: () => log };
for (const level of ["trace", "debug", "info", "warn", "error", "fatal"])
  log[level] = (first, ...rest) => tell(level, ...(typeof first === "string" ? [first, ...rest] : [...rest, first]));

/** The error in words, with the line of the user's file where there is one. */
function described(error) {
  const line = lineIn(error?.stack);
  const what = error instanceof Error ? `${error.name}: ${error.message}` : format(error);
  return line ? `${what} (line ${line})` : what;
}

function lineIn(text, names = [file, address]) {
  for (const name of names) {
    const at = String(text ?? "").split(`${name}:`)[1];
    if (at) return parseInt(at, 10);
  }
  return 0;
}

/** Where the syntax of an ES module is wrong: the error does not say so, but a check of its own does. */
function lineOfSyntax() {
  const check = { input: readFileSync(file), encoding: "utf8", timeout: 5000 };
  return lineIn(spawnSync(process.execPath, ["--input-type=module", "--check", "-"], check).stderr, ["[stdin]"]);
}

async function load() {
  if (file.endsWith(".mjs")) return import(address);
  try {
    return require(file);
  } catch (error) {
    if (error?.code !== "ERR_REQUIRE_ESM") throw error;
    return import(address);
  }
}

/** The function a module exports, directly or as its default. */
function exported(found) {
  for (let depth = 0; depth < 3 && found; depth++, found = found.default)
    if (typeof found === "function") return found;
  throw new TypeError("it exports no function: write module.exports = async function router(req, config) { … }");
}

function broken(error) {
  let text = described(error);
  const line = error instanceof SyntaxError && !lineIn(error.stack) ? lineOfSyntax() : 0;
  if (line) text += ` (line ${line})`;
  const isModule = /import statement outside a module|Unexpected token 'export'/.test(error?.message);
  say(JSON.stringify({ broken: text, cure: isModule ? "It is an ES module: let its name end in .mjs." : "" }));
  process.exit(0);
}

/** The answer to one question. The body goes back only where the user's code has changed it. */
async function answer(router, config, { id, ...head }, text) {
  let body;
  const req = {
    ...head,
    log,
    get body() {
      return (body ??= JSON.parse(text));
    },
    set body(other) {
      body = other;
    },
  };
  const model = await router(req, config, { event });
  if (model && typeof model !== "string") throw new TypeError(`it returned ${format("%o", model)}, not "provider,model"`);
  const now = changed(body, text);
  return `"model":${JSON.stringify(model || null)}${now ? `,"body":${now}` : ""}`;
}

/** The JSON of a body that says something else than the text it came from. */
function changed(body, text) {
  const now = body === undefined ? text : JSON.stringify(body);
  // Most clients write their JSON as this does; only for others the text says less than a comparison.
  return now !== text && now !== JSON.stringify(JSON.parse(text)) ? now : undefined;
}

/** Calls back with each line. A body comes in many pieces: they are joined once. */
function lines(onLine, onEnd) {
  let parts = [];
  process.stdin.on("data", (data) => {
    let start = 0;
    for (let end; (end = data.indexOf(10, start)) >= 0; start = end + 1) {
      parts.push(data.subarray(start, end));
      onLine(parts.length === 1 ? parts[0].toString() : Buffer.concat(parts).toString());
      parts = [];
    }
    if (start < data.length) parts.push(data.subarray(start));
  });
  process.stdin.on("end", onEnd);
}

function main() {
  let config, router, head, ended = false, open = 0;
  const leave = () => ended && !open && process.exit(0);

  async function handle(asked, text) {
    open++;
    try {
      say(`{"id":${asked.id},${await answer(await router, config, asked, text)}}`);
    } catch (error) {
      say(JSON.stringify({ id: asked.id, error: described(error) }));
    }
    open--;
    leave();
  }

  function onLine(line) {
    if (!router) {
      config = JSON.parse(line);
      router = load().then(exported);
      router.then(() => say('{"ready":true}'), broken);
    } else if (head) {
      handle(head, line);
      head = undefined;
    } else {
      head = JSON.parse(line);
      if (!head.ping) return;
      say(`{"id":${head.id},"model":null}`);
      head = undefined;
    }
  }

  lines(onLine, () => { ended = true; leave(); });
}

main();
