/** The model library as the build makes it (`language/build/compile-library.ts`); bundles contain it. */
declare module "*/dist/library.json" {
  const library: import("./compile/builder.ts").Library;
  export default library;
}
