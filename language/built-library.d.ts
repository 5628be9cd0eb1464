/** The model library as the build makes it (`language/build/compile-library.ts`, `imports` in package.json); bundles contain it. */
declare module "#library" {
  const library: import("./compile/builder.ts").Library;
  export default library;
}
