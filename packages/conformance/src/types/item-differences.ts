import { join } from "node:path";
import ts from "typescript";
import { type Differences, TypeComparison } from "./compare-types.ts";

const home = join(import.meta.dirname, "../..");
/** The types of both sides by list, in a file that exists only in the program. */
const file = join(home, "test/types/all-items.ts");
const source = `import type { OwnItem, SdkItem, SdkListPath } from "./item-fit.ts";
export type Items = { [Path in SdkListPath]: { theirs: SdkItem<Path>; ours: OwnItem<Path> } };`;

/** How the items of each list of the official SDK differ from ours, by the path of the list in the SDK. */
export function itemDifferences(): ReadonlyMap<string, Differences> {
  const checker = checkerOf(source);
  const items = checker.exported("Items");
  const differences = new Map<string, Differences>();
  for (const list of items.getProperties()) {
    const pair = checker.typeOf(list);
    const [theirs, ours] = ["theirs", "ours"].map((side) => checker.typeOf(pair.getProperty(side)));
    if (theirs === undefined || ours === undefined) throw new Error(`There are no items of ${list.name}`);
    differences.set(list.name, checker.comparison.compare(theirs, ours));
  }
  return differences;
}

/** How one type of a program differs from another: `Theirs` and `Ours`, which the text exports. */
export function typeDifferences(text: string): Differences {
  const checker = checkerOf(text);
  return checker.comparison.compare(checker.exported("Theirs"), checker.exported("Ours"));
}

function checkerOf(text: string) {
  const { config } = ts.readConfigFile(join(home, "tsconfig.json"), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, home);
  const host = ts.createCompilerHost(options);
  const { readFile, fileExists, getSourceFile } = host;
  host.fileExists = (path) => path === file || fileExists(path);
  host.readFile = (path) => (path === file ? text : readFile(path));
  host.getSourceFile = (path, ...rest) =>
    path === file ? ts.createSourceFile(path, text, ts.ScriptTarget.ESNext) : getSourceFile(path, ...rest);
  const program = ts.createProgram([file], options, host);
  const checker = program.getTypeChecker();
  const module = program.getSourceFile(file);
  const symbol = module === undefined ? undefined : checker.getSymbolAtLocation(module);
  const names = symbol === undefined ? [] : checker.getExportsOfModule(symbol);
  return {
    comparison: new TypeComparison(checker),
    typeOf: (symbol: ts.Symbol | undefined) => checker.getTypeOfSymbol(known(symbol)),
    exported: (name: string) =>
      checker.getDeclaredTypeOfSymbol(known(names.find((each) => each.name === name))),
  };
}

function known(symbol: ts.Symbol | undefined): ts.Symbol {
  if (symbol === undefined) throw new Error("The program has no such type");
  return symbol;
}
