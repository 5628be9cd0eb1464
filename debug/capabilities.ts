/** What the adapter can do, as `initialize` tells it. */
import type { DebugProtocol } from "@vscode/debugprotocol";
import { FILTERS } from "./filters.ts";

export const CAPABILITIES: DebugProtocol.Capabilities = {
  supportsConfigurationDoneRequest: true,
  supportsFunctionBreakpoints: true,
  supportsConditionalBreakpoints: true,
  supportsHitConditionalBreakpoints: true,
  supportsLogPoints: true,
  supportsBreakpointLocationsRequest: true,
  supportsEvaluateForHovers: true,
  supportsClipboardContext: true,
  supportsCompletionsRequest: true,
  completionTriggerCharacters: [".", "(", " "],
  supportsStepBack: true,
  supportsSteppingGranularity: true,
  supportsSingleThreadExecutionRequests: true,
  supportsRestartRequest: true,
  supportsTerminateRequest: true,
  supportsExceptionInfoRequest: true,
  supportsExceptionFilterOptions: true,
  supportsExceptionOptions: false,
  supportsLoadedSourcesRequest: true,
  supportsDelayedStackTraceLoading: true,
  exceptionBreakpointFilters: FILTERS.map(({ id, label, description, byDefault, example }) => ({
    filter: id,
    label,
    description,
    default: byDefault,
    supportsCondition: true,
    conditionDescription: `Stops only where this holds, for example: ${example}`,
  })),
};
