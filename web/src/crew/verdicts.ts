/** What became of a scan in words and shapes. */

import type { IconName } from "../design/icons";
import { age } from "../design/times";
import { wordsOf } from "./modes";
import type { Scanned, Verdict } from "./scans";

export const VERDICTS: Readonly<Record<Verdict, { word: string; icon: IconName }>> = {
  waiting: { word: "Waiting", icon: "clock" },
  ok: { word: "OK", icon: "check" },
  duplicate: { word: "Again", icon: "again" },
  wrong_project: { word: "Wrong project", icon: "elsewhere" },
  unknown: { word: "Unknown", icon: "question" },
  refused: { word: "Refused", icon: "close" },
};

/** The line under the item's name. */
export function detailOf(scan: Scanned, project: string, vehicle: string, live: boolean): string {
  const words = wordsOf(scan.mode);
  switch (scan.verdict) {
    case "waiting":
      return live ? `${words.word}: sending…` : `${words.word}: will be sent when there is signal`;
    case "ok":
      return words.done(project, vehicle) + (scan.before === null ? "" : `, again after ${age(scan.at - scan.before)}`);
    case "duplicate":
      return "Scanned a moment ago: not sent again";
    case "wrong_project":
      return "It is on another project: nothing changed";
    case "unknown":
      return "No item has this tag";
    case "refused":
      return scan.error ?? (scan.vehicle ? `Not stored: does ${vehicle} work for ${project}?` : "Not stored");
  }
}
