// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from "vitest";
import { withPlace } from "./reason";

const letter = "Добрый день.\n\nПричина: {reason}\n\nПродолжим завтра.";
const shown = (text: string, reason: string) => text.replaceAll("{reason}", reason);

test("the reason typed after the letter was edited stands in it", () => {
	const greeted = withPlace(shown(letter, "…").replace("Добрый день.", "Добрый день, Анна."), letter, "…");
	expect(shown(greeted, "нет базы")).toBe("Добрый день, Анна.\n\nПричина: нет базы\n\nПродолжим завтра.");
	const ended = withPlace(shown(greeted, "нет базы").replace("завтра", "в среду"), greeted, "нет базы");
	expect(shown(ended, "нет новой базы")).toBe("Добрый день, Анна.\n\nПричина: нет новой базы\n\nПродолжим в среду.");
});

test("written over, it is the writer's own", () => {
	const own = withPlace(shown(letter, "нет базы").replace("нет базы", "ждём базу"), letter, "нет базы");
	expect(shown(own, "другая")).toContain("Причина: ждём базу");
	expect(withPlace("Совсем другое.", own, "другая")).toBe("Совсем другое.");
});
