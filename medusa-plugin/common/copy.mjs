// Takes the sources that both plugins share into the one in whose folder this is run.
import { cpSync, rmSync } from "node:fs"

const copy = "src/common"
rmSync(copy, { recursive: true, force: true })
cpSync(new URL("src", import.meta.url), copy, { recursive: true })
