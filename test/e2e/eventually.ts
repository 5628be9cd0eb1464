// Waiting for a condition, never for a time.

import { setTimeout as delay } from "node:timers/promises";
import type { Locator } from "playwright-core";

/** How long something that was asked for may take to come up before it is asked for again, in milliseconds. */
const ASK_AGAIN = 5_000;

/**
 * Asks until the answer is right, then gives it.
 *
 * @param ask may throw while there is no answer yet
 * @param isRight whether to stop asking
 * @param what what is waited for, in words
 * @param patience how long to ask, in milliseconds
 * @throws {Error} with the last answer, when patience ends
 */
export async function eventually<T>(
  ask: () => Promise<T>,
  isRight: (answer: T) => boolean,
  what: string,
  patience = 60_000,
): Promise<T> {
  const deadline = Date.now() + patience;
  let last = "no answer";
  for (;;) {
    try {
      const answer = await ask();
      if (isRight(answer)) return answer;
      last = JSON.stringify(answer) ?? "undefined";
    } catch (error) {
      last = error instanceof Error ? error.message : String(error);
    }
    if (Date.now() > deadline) throw new Error(`Waited ${patience} ms in vain for ${what}. Last seen: ${last}`);
    await delay(50);
  }
}

/**
 * Asks for what comes up in answer to a command or key until it is there: while other work is slow, VS Code may lose the one or hide
 * the other.
 */
export async function untilShown(locator: Locator, ask: () => Promise<void>, what: string): Promise<void> {
  await eventually(
    async () => {
      await ask();
      await locator.waitFor({ timeout: ASK_AGAIN });
      return true;
    },
    (isShown) => isShown,
    what,
  );
}
