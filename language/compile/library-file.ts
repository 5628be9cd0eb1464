/**
 * The compiled library as a file: what the build writes (`dist/library.json`) and every host reads when it starts. With it goes
 * its signature, which takes longer to make than all the rest of a start: it is what the library's own text says, parsed.
 */
import { addDeclarations } from "../library-declarations.ts";
import type { LibrarySignature } from "../library-signature.ts";
import type { Library } from "./builder.ts";
import { signatureOf } from "./signature.ts";

interface LibraryFileContent {
  readonly library: Library;
  readonly signature: LibrarySignature;
}

const signatures = new WeakMap<Library, LibrarySignature>();

/** The signature of a library: the one that was stored with it, else made once. */
export function librarySignature(library: Library): LibrarySignature {
  let signature = signatures.get(library);
  if (signature === undefined) {
    signature = addDeclarations(signatureOf(library), library.sources);
    signatures.set(library, signature);
  }
  return signature;
}

/** The file's text: JSON, in ASCII, which is the quickest to decode (as Latin-1, where that can be asked for) and to parse. */
export function writeLibrary(library: Library): string {
  const content: LibraryFileContent = { library, signature: librarySignature(library) };
  return JSON.stringify(content).replaceAll(
    /[^\0-\x7f]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** The library of a file's text. @throws Error if the text is not what `writeLibrary` gives */
export function readLibrary(text: string): Library {
  let content: Partial<LibraryFileContent> | null;
  try {
    content = JSON.parse(text);
  } catch {
    content = null;
  }
  if (content?.library === undefined || content.signature === undefined) {
    throw new Error("the model library (dist/library.json) is damaged; install or build again");
  }
  signatures.set(content.library, content.signature);
  return content.library;
}
