// Come here for what a telephone number is, as the centre takes it: `dispatch/telephone.py`. One table
// of examples in the tests holds both to the same.

const GAP = "[ ).-]?";
const AREAS = "2|3[1-3]|4[1-4]|5[1-5]|6[1-4]";
const MOBILES = "1[016789]";
const OTHERS = "70|50[2-8]";

const NUMBER = new RegExp(
  `^(0(${AREAS}|${MOBILES}|${OTHERS})${GAP}[0-9]{3,4}${GAP}[0-9]{4}|\\+[1-9](${GAP}[0-9]){7,14})$`,
);

export const is_number = (typed: string): boolean => NUMBER.test(typed);
