/** Lists that the model does not agree with yet, and what it lacks for them. */
export const PENDING: Readonly<Record<string, string>> = {};
