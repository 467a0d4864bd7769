// codec_lines.mjs -- runs `plimsoll eth VERB` on objects, one a line, and
// counts what agrees; shared by codec_vectors.mjs and codec_claims.mjs.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

// The program: first argument, else PLIMSOLL, else the release build.
export function programPath() {
  const path = process.argv[2] ?? process.env.PLIMSOLL ?? "build/release/plimsoll";
  if (existsSync(path)) return path;
  console.error(`error: no ${path}; build it with make, or name another`);
  process.exit(2);
}

// Answers to `inputs`, in order.
export function eth(program, verb, inputs) {
  if (!inputs.length) return [];
  const input = inputs.map((i) => JSON.stringify(i)).join("\n") + "\n";
  const run = spawnSync(program, ["eth", verb], { input, maxBuffer: 1 << 30 });
  if (run.error) throw run.error;
  if (run.status !== 0)
    throw new Error(`plimsoll eth ${verb} ended with ${run.status ?? run.signal}: ${run.stderr}`);
  const lines = run.stdout.toString("utf8").trimEnd().split("\n");
  if (lines.length !== inputs.length)
    throw new Error(`plimsoll eth ${verb}: ${lines.length} answers to ${inputs.length} lines`);
  return lines.map((line) => JSON.parse(line));
}

export class Tally {
  constructor(name) {
    this.name = name;
    this.passed = 0;
    this.failed = 0;
    this.parts = [];
  }

  // cases: [{ label, input, expect: {field: value} | "error" }]
  check(program, part, verb, cases, minimum) {
    const answers = eth(program, verb, cases.map((c) => c.input));
    let passed = 0;
    answers.forEach((answer, i) => {
      const wrong = difference(answer, cases[i].expect);
      if (!wrong) passed++;
      else if (cases.length - passed < 8 || this.failed < 20)
        console.log(`FAIL ${part} ${verb} ${cases[i].label}: ${wrong}\n  ${JSON.stringify(cases[i].input).slice(0, 600)}`);
      if (wrong) this.failed++;
    });
    this.passed += passed;
    console.log(`${part}: eth ${verb}: ${passed} of ${cases.length} agree`);
    if (passed < minimum) {
      console.log(`FAIL ${part}: at least ${minimum} were expected`);
      this.failed++;
    }
  }

  excluded(part, count, reason) {
    console.log(`${part}: ${count} excluded: ${reason}`);
  }

  finish() {
    console.log(`${this.name}: ${this.passed} passed, ${this.failed} failed`);
    process.exit(this.failed ? 1 : 0);
  }
}

function difference(answer, expect) {
  if (expect === "error")
    return typeof answer.error === "string" && answer.error ? null : "was accepted";
  if (answer.error) return answer.error;
  for (const [field, value] of Object.entries(expect))
    if (answer[field] !== value) return `${field} is ${answer[field]}, not ${value}`;
  return null;
}
