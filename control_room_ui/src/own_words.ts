// Come here for what a form says of a field that is not right: in the page's language, where the
// browser would say it in its own. A field's `data-wrong` has words for what no rule can explain.

export type Fault = "missing" | "too_short" | "too_long" | "not_so";

const words: Record<string, (fault: Fault, count: number) => string> = {
  ko: (fault, count) =>
    ({
      missing: "입력하거나 고르세요.",
      too_short: `${count}자 이상이어야 합니다.`,
      too_long: `${count}자까지 쓸 수 있습니다.`,
      not_so: "이렇게는 쓸 수 없습니다. 다시 확인하세요.",
    })[fault],
  en: (fault, count) =>
    ({
      missing: "Please fill this in.",
      too_short: `At least ${count} characters are needed.`,
      too_long: `At most ${count} characters are possible.`,
      not_so: "This cannot be right. Please check it.",
    })[fault],
  zh: (fault, count) =>
    ({
      missing: "请填写此项。",
      too_short: `至少需要${count}个字符。`,
      too_long: `最多${count}个字符。`,
      not_so: "填写不正确，请检查。",
    })[fault],
  vi: (fault, count) =>
    ({
      missing: "Hãy điền vào đây.",
      too_short: `Cần ít nhất ${count} ký tự.`,
      too_long: `Tối đa ${count} ký tự.`,
      not_so: "Chưa đúng, hãy kiểm tra lại.",
    })[fault],
};

type Field = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

/** From now on no form of this page speaks the browser's language. */
export function speak_of_fields(page: Document): void {
  page.addEventListener("invalid", (event) => speak(event.target as Field, page), true);
  page.addEventListener("input", (event) => be_quiet(event.target as Field), true);
}

function speak(field: Field, page: Document): void {
  be_quiet(field);
  const fault = fault_of(field.validity);
  if (!fault) return; // its own check has said what is wrong
  const said = words[page.documentElement.lang.slice(0, 2)] ?? words.en;
  const own = fault === "not_so" ? field.dataset.wrong : undefined;
  field.setCustomValidity(own ?? said?.(fault, count_of(field, fault)) ?? "");
  field.dataset.said = "";
}

/** What was said is over as soon as it is typed on; what a form says by its own check is not ours. */
function be_quiet(field: Field): void {
  if (field.dataset?.said === undefined) return;
  field.setCustomValidity("");
  delete field.dataset.said;
}

function fault_of(validity: ValidityState): Fault | null {
  if (validity.valueMissing) return "missing";
  if (validity.tooShort) return "too_short";
  if (validity.tooLong) return "too_long";
  return validity.customError ? null : "not_so";
}

function count_of(field: Field, fault: Fault): number {
  if (field instanceof HTMLSelectElement) return 0;
  return fault === "too_short" ? field.minLength : field.maxLength;
}
