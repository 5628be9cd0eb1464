/** The worker that Monaco does its slower work in. */

import "monaco-editor/editor/editor.worker";
