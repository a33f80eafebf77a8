//! Pretty JSON as a tree of its lines: each line but a closing bracket is a row. Nothing is copied,
//! so that a document of a megabyte costs what its lines count.

/// A row of the tree, by where it stands in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutlineRow {
    /// Bytes of the text before its line, and behind it without the comma.
    start: u32,
    stop: u32,
    /// Bytes of its name with the quotation marks; 0 for an element of a list.
    name: u32,
    /// How deep it is nested.
    pub depth: u16,
    /// The row it is nested in.
    pub parent: Option<u32>,
    /// The row behind the last one that is nested in it.
    pub end: u32,
    /// Its place among its siblings.
    place: u32,
    /// Rows nested in it, without those nested deeper.
    pub children: u32,
}

/// The rows of a text that `serde_json` wrote for people.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outline {
    rows: Vec<OutlineRow>,
}

impl Outline {
    /// Reads the lines of `text`; beyond 4 GiB there are none.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let mut rows: Vec<OutlineRow> = Vec::new();
        let mut open: Vec<usize> = Vec::new();
        let (mut at, mut roots) = (0, 0);
        for line in text.split_inclusive('\n') {
            let begin = at;
            at += line.len();
            let row = trimmed(line, begin).filter(|_| at <= u32::MAX as usize);
            let Some(mut row) = row else { continue };
            while let Some(last) = open.pop_if(|last| {
                rows.get(*last)
                    .is_none_or(|parent| parent.depth >= row.depth)
            }) {
                close(&mut rows, last);
            }
            if let Some(parent) = open.last().and_then(|last| rows.get_mut(*last)) {
                row.place = parent.children;
                parent.children += 1;
                row.parent = open.last().and_then(|last| u32::try_from(*last).ok());
            } else {
                row.place = roots;
                roots += 1;
            }
            open.push(rows.len());
            rows.push(row);
        }
        while let Some(last) = open.pop() {
            close(&mut rows, last);
        }
        Self { rows }
    }

    /// Every row, in order.
    #[must_use]
    pub fn rows(&self) -> &[OutlineRow] {
        &self.rows
    }

    /// Row `index`.
    #[must_use]
    pub fn row(&self, index: usize) -> Option<&OutlineRow> {
        self.rows.get(index)
    }

    /// The rows that row `index` is nested in, the nearest first.
    pub fn ancestors(&self, index: usize) -> impl Iterator<Item = usize> + '_ {
        let parent = |index: usize| Some(self.row(index)?.parent? as usize);
        std::iter::successors(parent(index), move |index| parent(*index))
    }

    /// The names and places that lead to row `index`, as `jq` takes them: `.Config.Env[0]`.
    #[must_use]
    pub fn path(&self, text: &str, index: usize) -> String {
        let mut steps: Vec<usize> = self.ancestors(index).collect();
        steps.reverse();
        steps.push(index);
        let rows = steps.iter().filter_map(|index| self.row(*index));
        let path: String = rows.map(|row| row.step(text)).collect();
        if path.starts_with('[') {
            format!(".{path}")
        } else {
            path
        }
    }

    /// The JSON of row `index` with everything nested in it, as it stands in the text.
    #[must_use]
    pub fn source(&self, text: &str, index: usize) -> String {
        let Some(row) = self.row(index) else {
            return String::new();
        };
        let value = row.value(text);
        let closing = match value {
            "{" => '}',
            "[" => ']',
            _ => return value.to_owned(),
        };
        let begin = row.stop as usize;
        let indent = " ".repeat(line_indent(text, row.start as usize));
        let rest = text.get(begin..).unwrap_or_default();
        let end = format!("\n{indent}{closing}");
        let inside = rest
            .find(&end)
            .and_then(|at| rest.get(..at))
            .unwrap_or(rest);
        let inside = inside.replace(&format!("\n{indent}"), "\n");
        format!("{value}{inside}\n{closing}")
    }
}

impl OutlineRow {
    /// Its line without the comma.
    #[must_use]
    pub fn line<'t>(&self, text: &'t str) -> &'t str {
        text.get(self.start as usize..self.stop as usize)
            .unwrap_or_default()
    }

    /// Its name as it is written, without quotation marks; `None` for an element of a list.
    #[must_use]
    pub fn name<'t>(&self, text: &'t str) -> Option<&'t str> {
        let name = text.get(self.start as usize..(self.start + self.name) as usize)?;
        name.strip_prefix('"')?.strip_suffix('"')
    }

    /// Its value as it is written; of one in which others are nested the opening bracket.
    #[must_use]
    pub fn value<'t>(&self, text: &'t str) -> &'t str {
        let behind = self
            .line(text)
            .get(self.name as usize..)
            .unwrap_or_default();
        behind.strip_prefix(": ").unwrap_or(behind)
    }

    /// Its place among its siblings, from 0.
    #[must_use]
    pub const fn place(&self) -> u32 {
        self.place
    }

    fn step(&self, text: &str) -> String {
        match self.name(text) {
            None => format!("[{}]", self.place),
            Some(name) if is_plain(name) => format!(".{name}"),
            Some(name) => format!("[\"{name}\"]"),
        }
    }
}

fn is_plain(name: &str) -> bool {
    let mut chars = name.chars();
    chars
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && chars.all(|c| c.is_ascii_alphanumeric() || c == '_')
}

fn close(rows: &mut [OutlineRow], index: usize) {
    let end = u32::try_from(rows.len()).unwrap_or(u32::MAX);
    if let Some(row) = rows.get_mut(index) {
        row.end = end;
    }
}

/// The row of a line that begins at byte `begin`; `None` for a bracket on its own.
fn trimmed(line: &str, begin: usize) -> Option<OutlineRow> {
    let text = line.trim_end();
    let content = text.trim_start();
    let indent = text.len() - content.len();
    let content = content.strip_suffix(',').unwrap_or(content);
    let is_bracket =
        matches!(content, "" | "}" | "]") || indent == 0 && matches!(content, "{" | "[");
    if is_bracket {
        return None;
    }
    let start = begin + indent;
    Some(OutlineRow {
        start: u32::try_from(start).ok()?,
        stop: u32::try_from(start + content.len()).ok()?,
        name: u32::try_from(name_length(content)).ok()?,
        depth: u16::try_from((indent / 2).saturating_sub(1)).unwrap_or(u16::MAX),
        parent: None,
        end: 0,
        place: 0,
        children: 0,
    })
}

/// Bytes of the name at the begin of a line, with its quotation marks; 0 where there is none.
fn name_length(content: &str) -> usize {
    if !content.starts_with('"') {
        return 0;
    }
    let mut escaped = false;
    for (at, byte) in content.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => {
                let behind = content.get(at + 1..).unwrap_or_default();
                return if behind.starts_with(": ") { at + 1 } else { 0 };
            }
            _ => {}
        }
    }
    0
}

fn line_indent(text: &str, start: usize) -> usize {
    let before = text.get(..start).unwrap_or_default();
    before.len() - before.trim_end_matches(' ').len()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"{
  "Id": "0123",
  "Config": {
    "Env": [
      "A=\": 1",
      "B=2"
    ],
    "com.example/x": {},
    "Labels": {
      "quoted \" name": null
    }
  },
  "Size": 12
}"#;

    fn shown(outline: &Outline, index: usize) -> String {
        let row = &outline.rows()[index];
        let name = row
            .name(TEXT)
            .map_or_else(|| format!("#{}", row.place()), str::to_owned);
        format!("{} {name} {}", row.depth, row.value(TEXT))
    }

    #[test]
    fn every_line_but_a_bracket_is_a_row_with_its_place() {
        let outline = Outline::of(TEXT);
        let rows: Vec<String> = (0..outline.rows().len())
            .map(|index| shown(&outline, index))
            .collect();
        assert_eq!(
            rows,
            [
                "0 Id \"0123\"",
                "0 Config {",
                "1 Env [",
                "2 #0 \"A=\\\": 1\"",
                "2 #1 \"B=2\"",
                "1 com.example/x {}",
                "1 Labels {",
                "2 quoted \\\" name null",
                "0 Size 12",
            ]
        );
        let ends: Vec<u32> = outline.rows().iter().map(|row| row.end).collect();
        assert_eq!(ends, [1, 8, 5, 4, 5, 6, 8, 8, 9]);
        assert_eq!(outline.rows()[1].children, 3);
        assert_eq!(outline.path(TEXT, 4), ".Config.Env[1]");
        assert_eq!(outline.path(TEXT, 5), ".Config[\"com.example/x\"]");
        assert_eq!(outline.source(TEXT, 2), "[\n  \"A=\\\": 1\",\n  \"B=2\"\n]");
        assert_eq!(outline.source(TEXT, 8), "12");
        assert_eq!(outline.source(TEXT, 5), "{}");
    }

    #[test]
    fn texts_that_are_no_object_have_rows_as_well() {
        assert_eq!(Outline::of("").rows(), []);
        assert_eq!(Outline::of("null").rows().len(), 1);
        let list = "[\n  1,\n  2\n]";
        let outline = Outline::of(list);
        assert_eq!(outline.path(list, 1), ".[1]");
    }
}
