import process from "node:process";
import { processIo } from "./process-io.ts";
import { runProgram } from "./program.ts";

process.exitCode = await runProgram(process.argv.slice(2), processIo());
