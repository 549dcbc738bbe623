import { expect, test } from "vitest";
import { Fetched } from "./fetched";

test("of several answers the one asked for last counts", async () => {
  const answers: ((value: string) => void)[] = [];
  const fetched = new Fetched(() => new Promise<string>((resolve) => answers.push(resolve)));
  const asked = [fetched.load(), fetched.load()];
  answers[1]?.("new");
  answers[0]?.("old");
  await Promise.all(asked);
  expect(fetched.value.get()).toBe("new");
});

test("what is known better meanwhile stays, and a failure leaves what was there", async () => {
  let answer: Promise<string> = new Promise(() => {});
  const fetched = new Fetched(() => answer);
  void fetched.load();
  fetched.know("told");
  expect(fetched.loading.get()).toEqual({ done: true, error: null });
  answer = Promise.reject(new Error("no line"));
  await fetched.load();
  expect(fetched.value.get()).toBe("told");
  expect(fetched.loading.get()).toEqual({ done: true, error: "no line" });
});
