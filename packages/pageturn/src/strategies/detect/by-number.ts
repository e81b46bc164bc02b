import type { ListTotal } from "../../pagination/request/strategy.ts";
import { offsetLimit, pageNumber } from "../page-number.ts";
import { nextInHeader, nextLinkField } from "./by-link.ts";
import { type Field, shown } from "./find-list.ts";
import {
  countOfItems,
  fieldNamed,
  type ListAnswer,
  moreField,
  placeOf,
  requestValue,
  shortPath,
} from "./list-answer.ts";
import { type Confidence, called, type Proposal } from "./proposal.ts";

const PAGE = ["page", "page[number]", "pageNumber", "page_number", "p"];
const OFFSET = ["offset", "skip", "startAt", "start", "from", "$skip", "page[offset]"];
const SIZE = [
  "limit",
  "per_page",
  "perPage",
  "page_size",
  "pageSize",
  "size",
  "count",
  "maxResults",
  "hitsPerPage",
  "$top",
  "top",
  "page[size]",
  "page[limit]",
];
const PAGE_FIELD = /^(?:page|current_?page|page_?number)$/i;
const PAGES_FIELD = /^(?:total_?pages|page_?count|pages|nb_?pages|last_?page|num_?pages)$/i;
const TOTAL_FIELD = /^(?:total(?:_?(?:count|items|size|results|records|elements))?|nbHits|@odata\.count)$/i;
/** Names that may count the items of the page. */
const COUNT_FIELD = /^(?:count|value)$/i;
const OFFSET_FIELD = /^(?:offset|skip|start_?at|start|from)$/i;
const SIZE_FIELD = /^(?:limit|per_?page|page_?size|max_?results|hits_?per_?page|count|size)$/i;

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

/** The first of these parameters that the request has as a number. */
function numberParameter(
  answer: ListAnswer,
  names: readonly string[],
): { name: string; value: number } | undefined {
  for (const name of names) {
    const value = requestValue(answer, name);
    if ((typeof value === "string" && /^\d{1,15}$/.test(value)) || isCount(value))
      return { name, value: Number(value) };
  }
  return undefined;
}

/** The number of all items. A total in a body that also names a currency is an amount of money. */
function totalField(answer: ListAnswer): Field | undefined {
  if (fieldNamed(answer, /^(?:currency|subtotal)$/i) !== undefined) return undefined;
  // Of Elasticsearch, a total may be a lower bound.
  if (fieldNamed(answer, /^relation$/, (value) => value !== "eq") !== undefined) return undefined;
  // What a link says of itself counts something else.
  const fields = answer.fields.filter(({ value, path }) => isCount(value) && !path.includes("next"));
  return (
    fields.find(({ name }) => TOTAL_FIELD.test(name)) ?? fields.find(({ name }) => COUNT_FIELD.test(name))
  );
}

/** Where there is a link, also one that is not followed, the numbers of the body may not be parameters. */
function hasLink(answer: ListAnswer): boolean {
  return nextLinkField(answer) !== undefined || nextInHeader(answer) !== undefined;
}

/** Where the page is, as the request and the body say; null where they disagree, or the body is no page of a list. */
function positionOf(answer: ListAnswer, names: readonly string[], field: RegExp) {
  const parameter = numberParameter(answer, names);
  const echo = fieldNamed(answer, field, isCount);
  const isOther = parameter !== undefined && echo !== undefined && echo.value !== parameter.value;
  return answer.items.length === 0 || answer.isResource || isOther ? null : { parameter, echo };
}

export function byPageNumber(answer: ListAnswer): readonly Proposal[] {
  const position = positionOf(answer, PAGE, PAGE_FIELD);
  if (position === null) return [];
  const { parameter, echo } = position;
  const { length } = answer.items;
  const header = ["x-wp-totalpages", "x-total-pages"].find((name) =>
    /^\d{1,9}$/.test(answer.headers.get(name) ?? ""),
  );
  const pages = fieldNamed(answer, PAGES_FIELD, isCount);
  const size = numberParameter(answer, SIZE);
  const total = totalField(answer);
  const hasCount = header !== undefined || pages !== undefined;
  const isFirst =
    parameter === undefined &&
    !hasLink(answer) &&
    echo?.value === 1 &&
    fieldNamed(answer, SIZE_FIELD, isCount) !== undefined;
  if (parameter === undefined && !(isFirst && hasCount)) return [];
  if (!hasCount && echo === undefined && total === undefined) return [];
  const number = parameter?.value ?? 1;
  if (!hasCount && number <= 1 && total !== undefined && Number(total.value) <= length) return [];
  const known: ListTotal | undefined =
    header !== undefined
      ? { header, counts: "pages" }
      : pages !== undefined
        ? { body: shortPath(pages.path), counts: "pages" }
        : total !== undefined && size !== undefined && Number(total.value) >= length
          ? countOfItems(total)
          : undefined;
  const to = parameter?.name ?? "page";
  const options = {
    items: shortPath(answer.itemsPath),
    to: to === "page" && placeOf(answer, to) === "page" ? undefined : placeOf(answer, to),
    first: number === 0 ? 0 : undefined,
    total: known,
    pageSize: size && { in: placeOf(answer, size.name) },
  };
  const confidence: Confidence =
    !hasCount || parameter === undefined ? "possible" : echo === undefined ? "likely" : "certain";
  const evidence = [
    parameter === undefined
      ? "the body has the number of the page"
      : `the request has the parameter ${shown([to])}`,
    ...(echo === undefined ? [] : [`${shown(echo.path)} is the number of this page`]),
    ...(known === undefined
      ? []
      : [`${"header" in known ? known.header : shown([known.body].flat())} counts the ${known.counts}`]),
  ];
  const isLast = pages?.value === number;
  return [
    {
      ...called(pageNumber, { name: "pageNumber", options }),
      confidence,
      evidence,
      mayEnd: isLast && confidence === "certain",
    },
  ];
}

export function byOffset(answer: ListAnswer): readonly Proposal[] {
  const position = positionOf(answer, OFFSET, OFFSET_FIELD);
  if (position === null) return [];
  const { parameter, echo } = position;
  const { length } = answer.items;
  const total = totalField(answer);
  const isTotal = total !== undefined && Number(total.value) >= (parameter?.value ?? 0) + length;
  const more = moreField(answer);
  const size = numberParameter(answer, SIZE);
  const sizeEcho = fieldNamed(answer, SIZE_FIELD, (value) => isCount(value) && value >= length);
  if (!isTotal && (more === undefined || echo === undefined)) return [];
  // The start of a range of time has these names too.
  if (/^(?:from|start)$/.test(parameter?.name ?? "") && size === undefined && echo === undefined) return [];
  // Without a request, offset, size and total together speak for it.
  const isAlone =
    parameter === undefined && !hasLink(answer) && echo?.value === 0 && sizeEcho !== undefined && isTotal;
  if (parameter === undefined && !isAlone) return [];
  const to = parameter?.name ?? echo?.name ?? "offset";
  const sizeName = size?.name ?? (parameter === undefined ? sizeEcho?.name : undefined);
  const options = {
    items: shortPath(answer.itemsPath),
    to: placeOf(answer, to),
    total: isTotal ? countOfItems(total) : undefined,
    hasMore: more && shortPath(more.path),
    pageSize: sizeName === undefined ? undefined : { in: placeOf(answer, sizeName), adjustable: true },
  };
  const confidence: Confidence = isAlone
    ? "possible"
    : echo !== undefined && size !== undefined
      ? "certain"
      : "likely";
  const evidence = [
    parameter === undefined
      ? `${shown(echo?.path ?? [])} is the number of items before`
      : `the request has the parameter ${shown([to])}`,
    ...(isTotal ? [`${shown(total.path)} counts the items`] : []),
    ...(more === undefined ? [] : [`${shown(more.path)} says whether there is more`]),
  ];
  return [{ ...called(offsetLimit, { name: "offsetLimit", options }), confidence, evidence }];
}
