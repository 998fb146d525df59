"use strict";
// Sorting and searching, on what the page holds; without this the page reads as well.
const all = (selector, root = document) => [...root.querySelectorAll(selector)];

const value = cell => {
  const text = cell ? cell.textContent.trim() : "";
  const amount = parseFloat(text.replace("−", "-"));
  return text === "" ? -Infinity : Number.isNaN(amount) ? text.toLowerCase() : amount;
};

const compare = (a, b) =>
  typeof a === "string" && typeof b === "string" ? a.localeCompare(b, undefined, { numeric: true })
    : typeof a === "string" ? -1 : typeof b === "string" ? 1 : a - b;

const sort = (table, place, head) => {
  const down = head.getAttribute("aria-sort") === "none" ? head.dataset.first === "down" : head.getAttribute("aria-sort") === "ascending";
  const body = table.tBodies[0];
  const rows = [...body.rows].map((row, at) => ({ row, at, value: value(row.cells[place]) }));
  rows.sort((a, b) => (down ? compare(b.value, a.value) : compare(a.value, b.value)) || a.at - b.at);
  body.append(...rows.map(one => one.row));
  all("th[aria-sort]", table).forEach(other => other.setAttribute("aria-sort", "none"));
  head.setAttribute("aria-sort", down ? "descending" : "ascending");
};

all("table.sorts").forEach(table => [...table.tHead.rows[0].cells].forEach((head, place) => {
  if (head.classList.contains("plain")) return;
  const button = document.createElement("button");
  button.type = "button";
  button.append(...head.childNodes);
  head.append(button);
  head.setAttribute("aria-sort", "none");
  if (head.classList.contains("n")) head.dataset.first = "down";
  button.addEventListener("click", () => sort(table, place, head));
}));

const search = document.getElementById("search");
if (search) {
  const rows = all("table.matrix tbody tr");
  const names = new Map(rows.map(row => [row, row.cells[0].textContent.trim().toLowerCase()]));
  const students = all("details.student");
  students.forEach(one => names.set(one, one.querySelector("h3").textContent.trim().toLowerCase()));
  const find = () => {
    const words = search.value.trim().toLowerCase().split(/\s+/);
    for (const [one, name] of names) one.hidden = !words.every(word => name.includes(word));
    const left = students.filter(one => !one.hidden).length;
    document.getElementById("found").textContent = search.value.trim() ? `${left} of ${students.length} students` : "";
  };
  search.addEventListener("input", find);
  find();  // a page that is gone back to keeps its words
  all("button[data-open]").forEach(button => button.addEventListener("click", () => {
    const open = button.dataset.open === "1";
    students.forEach(one => { one.open = open && !one.hidden; });
  }));
}

const follow = () => {
  const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target) return;
  const details = target.closest("details");
  if (details) { details.open = true; target.scrollIntoView(); }
};
addEventListener("hashchange", follow);
follow();
all(".tools").forEach(tools => { tools.hidden = false; });
