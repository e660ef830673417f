// Holds values to masto's own types, as TypeScript understands them.
//
// Standard input: [[path, kind, value], ...], each kind an expression of a type in which `mastodon` is masto's namespace.
// Standard output: { "Status.application: null for Application": path of the first value with that fault, ... }

import { readFileSync } from "node:fs";
import ts from "typescript";

const told = JSON.parse(readFileSync(0, "utf8"));
const HEAD = `
import type { mastodon } from "masto";
type Given<T> = [T] extends [void] ? unknown : T;
type Answer<F> = F extends (...given: never[]) => infer R ? Given<Awaited<R>> : never;
`;
const text = HEAD + told.map(([_, kind], number) => `type T${number} = ${kind};`).join("\n");
const options = { strict: true, noEmit: true, skipLibCheck: true, target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.NodeNext };
const host = ts.createCompilerHost(options);
const { getSourceFile, fileExists } = host;
host.fileExists = (name) => name === "told.mts" || fileExists(name);
host.getSourceFile = (name, ...more) =>
  name === "told.mts" ? ts.createSourceFile(name, text, options.target) : getSourceFile(name, ...more);
const program = ts.createProgram(["told.mts"], options, host);
const checker = program.getTypeChecker();
const source = program.getSourceFile("told.mts");
for (const each of program.getSemanticDiagnostics(source)) throw new Error(ts.flattenDiagnosticMessageText(each.messageText, " "));

const COMPOUND = ts.TypeFlags.Object | ts.TypeFlags.Intersection;
const named = (type) => (type.aliasSymbol ?? type.symbol)?.name ?? "?";
const worded = (value) => (Array.isArray(value) ? "a list" : value && typeof value === "object" ? "an object" : JSON.stringify(value));

const tells = (type) => type.isLiteral() || (type.isUnion() && type.types.every((each) => each.isLiteral()));

// Whether an object is of the kind that a type's literal members tell: { event: "delete" }.
function says(type, value) {
  const members = checker.getPropertiesOfType(type).map((each) => [checker.getTypeOfSymbol(each), value[each.name]]);
  return members.every(([kind, given]) => !tells(kind) || faults(kind, given, "").length === 0);
}

function faults(type, value, where) {
  const { flags } = type;
  const wrong = [`${where}: ${worded(value)} for ${checker.typeToString(type)}`];
  const holds = (good) => (good ? [] : wrong);
  if (flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) return [];
  if (type.isUnion()) {
    const whole = value !== null && typeof value === "object";
    const alike = type.types.filter((each) => Boolean(each.flags & COMPOUND) === whole && (!whole || says(each, value)));
    if (!whole || alike.length === 0) return alike.some((each) => faults(each, value, where).length === 0) ? [] : wrong;
    return alike.map((each) => faults(each, value, where)).reduce((one, two) => (two.length < one.length ? two : one));
  }
  if (flags & ts.TypeFlags.Undefined) return holds(value === undefined);
  if (flags & ts.TypeFlags.Null) return holds(value === null);
  if (type.isLiteral()) return holds(value === type.value);
  if (flags & ts.TypeFlags.BooleanLiteral) return holds(String(value) === type.intrinsicName);
  if (flags & ts.TypeFlags.String) return holds(typeof value === "string");
  if (flags & ts.TypeFlags.Number) return holds(typeof value === "number");
  if (!(flags & COMPOUND)) throw new Error(checker.typeToString(type));
  if (checker.isArrayLikeType(type)) {
    if (!Array.isArray(value)) return wrong;
    const [element] = checker.getTypeArguments(type);
    return value.flatMap((each) => faults(element, each, `${where}[]`));
  }
  if (value === null || typeof value !== "object" || Array.isArray(value)) return wrong;
  const properties = checker.getPropertiesOfType(type);
  const known = new Set(properties.map((each) => each.name));
  const index = checker.getIndexInfosOfType(type)[0];
  const others = index ? Object.keys(value).filter((name) => !known.has(name)) : [];
  return [
    ...properties.flatMap((each) => faults(checker.getTypeOfSymbol(each), value[each.name], `${named(type)}.${each.name}`)),
    ...others.flatMap((name) => faults(index.type, value[name], `${named(type)}[]`)),
  ];
}

const kinds = source.statements.filter(ts.isTypeAliasDeclaration).slice(-told.length);
const found = {};
told.forEach(([path, _, value], number) => {
  for (const fault of faults(checker.getTypeAtLocation(kinds[number].name), value, "it")) found[fault] ??= path;
});
console.log(JSON.stringify(found));
