/**
 * The text of the model library's file (`compile/library-file.ts`; `imports` in package.json), in the bundle of whoever cannot read
 * files.
 */
declare module "#library" {
  const text: string;
  export default text;
}
