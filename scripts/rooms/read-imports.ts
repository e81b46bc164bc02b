import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { isExportDeclaration } from "typescript/unstable/ast/is";
import { API } from "typescript/unstable/sync";

/** One place where a file names another module, type-only places included. */
export interface Import {
  readonly line: number;
  readonly specifier: string;
  /** Absolute paths of the files in `src` that it can stand for; none for a package or a Node module. */
  readonly targets: readonly string[];
}

/** One file of `src`. */
export interface SourceImports {
  readonly path: string;
  /** The folder of `src` that the file is in, `""` for an entry file. */
  readonly room: string;
  readonly imports: readonly Import[];
  /** Lines of statements that are no `export … from "…"`. */
  readonly ownStatements: readonly number[];
}

type ImportTarget = string | { readonly [condition: string]: ImportTarget };

function leaves(target: ImportTarget): string[] {
  return typeof target === "string" ? [target] : Object.values(target).flatMap(leaves);
}

/** The files behind each `#name` of the package: its `imports` name built files, the rule is about sources. */
function subpathImports(home: string): Map<string, string[]> {
  const manifest: { imports?: Record<string, ImportTarget> } = JSON.parse(
    readFileSync(`${home}/package.json`, "utf8"),
  );
  return new Map(
    Object.entries(manifest.imports ?? {}).map(([name, target]) => [
      name,
      leaves(target).map((file) =>
        resolve(home, file.replace(/^\.\/dist\//, "./src/").replace(/\.js$/, ".ts")),
      ),
    ]),
  );
}

/**
 * Reads what each file in `home/src` imports, as TypeScript itself sees it: `import`, `export … from`,
 * `import()`, `typeof import()`. Comments and strings do not count.
 */
export function readImports(home: string): SourceImports[] {
  const subpaths = subpathImports(home);
  const src = `${resolve(home, "src").replaceAll("\\", "/")}/`;
  const api = new API({ cwd: home });
  try {
    const [project] = api.updateSnapshot({ openProject: resolve(home, "tsconfig.json") }).getProjects();
    if (project === undefined) throw new Error(`Cannot read imports as ${home} has no usable tsconfig.json`);
    const { program } = project;
    return program
      .getSourceFileNames()
      .filter((path) => path.startsWith(src))
      .sort()
      .flatMap((path) => {
        const source = program.getSourceFile(path);
        if (source === undefined) return [];
        const line = (position: number) => source.getLineAndCharacterOfPosition(position).line + 1;
        const imports = source.imports.map((node) => {
          const specifier = node.getText(source).slice(1, -1);
          const targets = specifier.startsWith(".")
            ? [resolve(dirname(path), specifier)]
            : (subpaths.get(specifier) ?? []);
          return { line: line(node.getStart(source)), specifier, targets };
        });
        // TypeScript lists import() after all statements; the reader wants the order of the file.
        imports.sort((a, b) => a.line - b.line);
        const ownStatements = source.statements
          .filter((node) => !(isExportDeclaration(node) && node.moduleSpecifier !== undefined))
          .map((node) => line(node.getStart(source)));
        const [room = "", file] = path.slice(src.length).split("/");
        return [{ path, room: file === undefined ? "" : room, imports, ownStatements }];
      });
  } finally {
    api.close();
  }
}
