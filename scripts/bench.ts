// `npm run bench [-- GROUP] [--json]`: measures the budgets. The groups and what they measure are in test/bench/.

await import("../test/bench/main.ts");

export {};
