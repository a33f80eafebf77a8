//! Which characters may be written: the settings first, then what the locale allows.

use std::borrow::Cow;
use std::io::{self, Write};

use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthStr as _;

use crate::config::{AsciiMode, Settings};
use crate::document::TextForm;
use crate::model::text::ascii;

/// The characters that may be written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Charset {
    /// All of Unicode, encoded in UTF-8.
    #[default]
    Utf8,
    /// ASCII only.
    Ascii,
}

impl Charset {
    /// Plain text in these characters, whose map wraps at `width`.
    #[must_use]
    pub const fn form(self, width: u32) -> TextForm {
        TextForm {
            width,
            ascii: matches!(self, Self::Ascii),
        }
    }

    /// Reads the locale of `LC_CTYPE` through `variable`: the first of `LC_ALL`, `LC_CTYPE` and
    /// `LANG` that is not empty, as the C library does.
    ///
    /// ASCII where it names a charset other than UTF-8, or is `C` or `POSIX`. A locale without a
    /// charset (`de_DE`) and no locale at all count as UTF-8, unlike in glibc: containers and SSH
    /// sessions seldom have these variables, while their terminals understand UTF-8.
    #[must_use]
    pub fn of_locale(variable: &dyn Fn(&str) -> Option<String>) -> Self {
        let names = ["LC_ALL", "LC_CTYPE", "LANG"];
        let locale = names
            .into_iter()
            .filter_map(variable)
            .find(|value| !value.is_empty());
        locale.map_or(Self::Utf8, |locale| Self::of_name(&locale))
    }

    /// The charset of a locale `language_TERRITORY.charset@modifier`, of which all but the first
    /// may be absent.
    fn of_name(locale: &str) -> Self {
        let name = locale.split('@').next().unwrap_or_default();
        match name.split_once('.') {
            Some((_, charset)) => {
                let letters = charset.chars().filter(char::is_ascii_alphanumeric);
                let normal: String = letters.map(|letter| letter.to_ascii_lowercase()).collect();
                if normal == "utf8" {
                    Self::Utf8
                } else {
                    Self::Ascii
                }
            }
            None if matches!(name, "C" | "POSIX") => Self::Ascii,
            None => Self::Utf8,
        }
    }
}

/// The characters that may be written: as `ui.ascii` says, else as the locale says.
#[must_use]
pub fn charset(settings: &Settings) -> Charset {
    match settings.ui.ascii {
        AsciiMode::Auto => charset_of_locale(),
        AsciiMode::Always => Charset::Ascii,
        AsciiMode::Never => Charset::Utf8,
    }
}

/// The characters that the locale allows.
#[must_use]
pub fn charset_of_locale() -> Charset {
    Charset::of_locale(&|name| std::env::var(name).ok())
}

/// Writes `text` in `charset`.
///
/// # Errors
/// When `out` cannot be written to.
pub fn write(text: &str, charset: Charset, out: &mut impl Write) -> io::Result<()> {
    out.write_all(encoded(text, charset).as_bytes())
}

/// `text` in the characters of `charset`.
pub(super) fn encoded(text: &str, charset: Charset) -> Cow<'_, str> {
    match charset {
        Charset::Utf8 => Cow::Borrowed(text),
        Charset::Ascii => Cow::Owned(to_ascii(text)),
    }
}

/// `text` in ASCII: what stands in columns stays there, since every grapheme keeps its cells.
fn to_ascii(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for grapheme in text.graphemes(true) {
        if grapheme.is_ascii() {
            out.push_str(grapheme);
            continue;
        }
        let cells = grapheme.width();
        if cells > 0 {
            out.push(grapheme.chars().next().map_or('?', ascii));
            out.extend(std::iter::repeat_n(' ', cells - 1));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_charset_follows_the_locale() {
        use Charset::{Ascii, Utf8};
        #[rustfmt::skip]
        let table: &[(&[(&str, &str)], Charset)] = &[
            (&[],                                                              Utf8),
            (&[("LANG", "C.UTF-8")],                                           Utf8),
            (&[("LANG", "en_US.UTF-8")],                                       Utf8),
            (&[("LANG", "en_US.utf8")],                                        Utf8),
            (&[("LANG", "ca_ES.UTF-8@valencia")],                              Utf8),
            (&[("LANG", "C")],                                                 Ascii),
            (&[("LANG", "POSIX")],                                             Ascii),
            (&[("LANG", "en_US.ISO-8859-1")],                                  Ascii),
            (&[("LANG", "ru_RU.KOI8-R")],                                      Ascii),
            (&[("LANG", "ja_JP.eucJP")],                                       Ascii),
            (&[("LANG", "de_DE.ISO-8859-15@euro")],                            Ascii),
            (&[("LANG", "de_DE")],                                             Utf8),
            // macOS sets only a charset.
            (&[("LC_CTYPE", "UTF-8")],                                         Utf8),
            (&[("LC_CTYPE", "UTF-8"), ("LANG", "C")],                          Utf8),
            (&[("LC_CTYPE", "C"), ("LANG", "en_US.UTF-8")],                    Ascii),
            (&[("LC_ALL", "C"), ("LC_CTYPE", "C.UTF-8"), ("LANG", "C.UTF-8")], Ascii),
            (&[("LC_ALL", "POSIX"), ("LANG", "C.UTF-8")],                      Ascii),
            (&[("LC_ALL", "C.UTF-8"), ("LANG", "C")],                          Utf8),
            (&[("LC_ALL", ""), ("LC_CTYPE", ""), ("LANG", "C")],               Ascii),
            (&[("LC_MESSAGES", "C"), ("LANG", "C.UTF-8")],                     Utf8),
        ];
        for (environment, charset) in table {
            let variable = |name: &str| {
                environment
                    .iter()
                    .find(|(each, _)| *each == name)
                    .map(|(_, value)| (*value).to_owned())
            };
            assert_eq!(Charset::of_locale(&variable), *charset, "{environment:?}");
        }
    }

    #[test]
    fn text_in_ascii_takes_the_same_cells() {
        for (text, plain) in [
            ("plain\n", "plain\n"),
            ("café", "caf?"),
            ("cafe\u{301}", "cafe"),
            ("a → b … c", "a > b ~ c"),
            ("“x” × 2", "\"x\" x 2"),
            ("日本 |", "? ?  |"),
            ("♻\u{fe0f}♻\u{fe0f} api", "? ?  api"),
            ("👩\u{200d}🚀 crew", "?  crew"),
            ("🇩🇪", "? "),
        ] {
            assert_eq!(to_ascii(text), plain, "{text}");
            assert_eq!(
                plain.trim_end_matches('\n').len(),
                text.trim_end_matches('\n').width(),
                "{text}"
            );
        }
    }
}
