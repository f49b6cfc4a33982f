/** Importing this module makes German available to `catalogue`. */
import { de } from "./de.ts";
import { addCatalogue } from "./mod.ts";

addCatalogue("de", de);
