//! Characters that cannot be seen, and change what others look like.

/// Combining marks that one character may carry.
pub const MOST_MARKS: usize = 4;

/// Decides character by character, by what stands before.
#[derive(Debug, Default)]
pub struct Invisible {
    before: char,
    marks: usize,
    selected: bool,
}

impl Invisible {
    /// Whether `c`, the next character of a line, stays.
    pub fn keeps(&mut self, c: char) -> bool {
        if is_mark(c) {
            self.marks += 1;
            return self.marks <= MOST_MARKS;
        }
        match c {
            // Bidirectional marks, overrides and isolates; spaces, joiners and operators without
            // width; the soft hyphen; annotations; tags.
            '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'..='\u{1160}'
            | '\u{180b}'..='\u{180e}'
            | '\u{3164}'
            | '\u{ffa0}'
            | '\u{200b}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}' => false,
            // One joiner behind a character: it joins nothing else.
            '\u{200c}' => joins(std::mem::replace(&mut self.before, c)),
            '\u{200d}' => {
                let before = std::mem::replace(&mut self.before, c);
                joins(before) || is_picture(before)
            }
            '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}' => {
                !std::mem::replace(&mut self.selected, true)
            }
            _ => {
                (self.before, self.marks, self.selected) = (c, 0, false);
                true
            }
        }
    }
}

/// Marks that combine with any character, and can be piled up.
const fn is_mark(c: char) -> bool {
    matches!(c,
        '\u{300}'..='\u{34e}'
        | '\u{350}'..='\u{36f}'
        | '\u{483}'..='\u{489}'
        | '\u{591}'..='\u{5bd}'
        | '\u{64b}'..='\u{65f}'
        | '\u{e47}'..='\u{e4e}'
        | '\u{1ab0}'..='\u{1aff}'
        | '\u{1dc0}'..='\u{1dff}'
        | '\u{20d0}'..='\u{20ff}'
        | '\u{fe20}'..='\u{fe2f}')
}

/// Scripts in which joiners change the form of letters: Arabic and its kin, those of India and South
/// East Asia, Mongolian.
const fn joins(c: char) -> bool {
    matches!(c, '\u{600}'..='\u{8ff}' | '\u{900}'..='\u{109f}' | '\u{1780}'..='\u{18af}')
}

/// Pictures, which joiners combine.
const fn is_picture(c: char) -> bool {
    matches!(c, '\u{2190}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}')
}
