/** Style sheets are bundled beside the script that imports them. */
declare module "*.css";

/** A part of Monaco that has no declarations: it is imported for what it registers. */
declare module "monaco-editor/editor/contrib/suggest/browser/suggestController";
