use proptest::prelude::*;
use ratatui::style::{Color, Modifier};

use super::*;

fn parse_error(text: &str) -> String {
    file::parse("my.toml", text)
        .map(|_| ())
        .unwrap_err()
        .to_string()
}

#[test]
fn every_shipped_theme_gives_every_role_a_look() {
    for name in Theme::NAMES {
        let theme = Theme::load(name, &[]).unwrap_or_else(|error| panic!("{error}"));
        for role in Role::ALL {
            assert!(theme.styles.contains_key(&role), "{name}: {role:?}");
        }
    }
}

#[test]
fn sixteen_uses_named_colours_only_and_mono_none() {
    let theme = Theme::load("sixteen", &[]).unwrap();
    for (role, style) in &theme.styles {
        for color in [style.fg, style.bg].into_iter().flatten() {
            assert!(
                !matches!(color, Color::Rgb(..) | Color::Indexed(_)),
                "{role:?}"
            );
        }
    }
    let mono = Theme::load("mono", &[]).unwrap();
    assert!(
        mono.styles
            .values()
            .all(|style| style.fg.is_none() && style.bg.is_none())
    );
}

#[test]
fn the_selection_is_seen_without_colours_in_every_theme() {
    for name in Theme::NAMES {
        let style = Theme::load(name, &[])
            .unwrap()
            .fit(ColorDepth::None)
            .style(Role::Selection);
        assert!(!style.add_modifier.is_empty(), "{name}");
    }
}

#[test]
fn a_file_of_the_user_wins_and_falls_back_to_its_parent() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(
        dir.path().join("mine.toml"),
        "parent = \"dark\"\ntitle = \"accent\"\nhit = { fg = 3, bold = true }\n[palette]\naccent = \"#010203\"\n",
    )
    .unwrap();
    let dirs = [dir.path().to_owned()];
    let mine = Theme::load("mine", &dirs).unwrap();
    assert_eq!(mine.style(Role::Title).fg, Some(Color::Rgb(1, 2, 3)));
    assert_eq!(mine.style(Role::Hit).fg, Some(Color::Indexed(3)));
    assert!(mine.style(Role::Hit).add_modifier.contains(Modifier::BOLD));
    assert_eq!(
        mine.style(Role::Healthy),
        Theme::load("dark", &[]).unwrap().style(Role::Healthy)
    );

    std::fs::write(dir.path().join("loop.toml"), "parent = \"loop\"\n").unwrap();
    assert!(
        Theme::load("loop", &dirs)
            .unwrap_err()
            .to_string()
            .contains("loop")
    );
    let unknown = Theme::load("nope", &dirs).unwrap_err().to_string();
    assert!(
        unknown.contains("\"nope\"") && unknown.contains("high-contrast"),
        "{unknown}"
    );
}

#[test]
fn a_role_without_a_look_takes_that_of_its_parent() {
    let text = "border = \"blue\"\nunhealthy = \"red\"\n";
    let theme = Theme {
        name: String::new(),
        styles: file::parse("my.toml", text).unwrap().styles,
    };
    assert_eq!(theme.style(Role::Edge).fg, Some(Color::Blue));
    assert_eq!(theme.style(Role::EdgeFailing).fg, Some(Color::Red));
    assert_eq!(theme.style(Role::Text), Style::default());
}

#[test]
fn errors_name_file_line_key_and_what_is_allowed() {
    for (text, start, also) in [
        (
            "text = \"reset\"\nhealthy = \"gren\"\n",
            "my.toml, line 2, healthy: \"gren\" is not a colour",
            "#rrggbb",
        ),
        (
            "\nhelthy = \"green\"\n",
            "my.toml, line 2, helthy: unknown variant `helthy`",
            "`healthy`",
        ),
        (
            "text = { fg = \"red\", blink = true }",
            "my.toml, line 1, text: blink is unknown",
            "underline",
        ),
        (
            "text = { bold = 1 }",
            "my.toml, line 1, text: bold = 1 must be true or false",
            "",
        ),
        (
            "text = 256",
            "my.toml, line 1, text: 256 is not a colour",
            "0 to 255",
        ),
        (
            "parent = 1",
            "my.toml, line 1, parent: must be the name",
            "",
        ),
        ("\n\ntext = = 1", "my.toml, line 3, syntax: ", ""),
    ] {
        let error = parse_error(text);
        assert!(error.starts_with(start), "{error}");
        assert!(error.contains(also), "{error}");
    }
}

proptest! {
    #[test]
    fn no_theme_file_panics(text in "\\PC{0,200}|([a-z]{1,8} = (\"[#a-f0-9]{0,8}\"|\\{ fg = [0-9]{1,4} \\})\n){0,5}") {
        let _ = file::parse("any.toml", &text);
    }
}

#[test]
fn a_byte_order_mark_is_no_part_of_a_theme_file() {
    let directory = tempfile::tempdir().unwrap();
    let write = |bytes: &[u8]| std::fs::write(directory.path().join("mine.toml"), bytes).unwrap();
    let load = || Theme::load("mine", &[directory.path().to_owned()]);
    write(b"\xef\xbb\xbfparent = \"dark\"\r\ntext = \"red\"");
    assert_eq!(load().unwrap().style(Role::Text).fg, Some(Color::Red));
    write(b"\xff\xfep\0");
    let refused = load().unwrap_err().to_string();
    assert!(
        refused.ends_with("mine.toml: it is encoded as UTF-16; save it as UTF-8"),
        "{refused}"
    );
}

/// Hue in degrees and saturation (0 to 1) of a colour.
fn hue_and_saturation(red: u8, green: u8, blue: u8) -> (f64, f64) {
    let [r, g, b] = [red, green, blue].map(|part| f64::from(part) / 255.0);
    let (high, low) = (r.max(g).max(b), r.min(g).min(b));
    let range = high - low;
    if range == 0.0 {
        return (0.0, 0.0);
    }
    let sector = if high == r {
        ((g - b) / range).rem_euclid(6.0)
    } else if high == g {
        (b - r) / range + 2.0
    } else {
        (r - g) / range + 4.0
    };
    (sector * 60.0, range / high)
}

/// Whether a person calls the colour red, yellow or green.
fn is_colour_of_states(color: Color) -> bool {
    match color {
        Color::Red | Color::LightRed | Color::Yellow | Color::LightYellow => true,
        Color::Green | Color::LightGreen => true,
        Color::Rgb(r, g, b) => {
            let (hue, saturation) = hue_and_saturation(r, g, b);
            saturation > 0.25 && !(165.0..=335.0).contains(&hue)
        }
        _ => false,
    }
}

#[test]
fn red_yellow_and_green_stand_for_states_only() {
    const OF_STATES: [Role; 10] = [
        Role::Healthy,
        Role::Running,
        Role::Completed,
        Role::Stopped,
        Role::Starting,
        Role::Unknown,
        Role::Degraded,
        Role::Unhealthy,
        Role::Stale,
        Role::EdgeFailing,
    ];
    for name in Theme::NAMES {
        for (role, style) in Theme::load(name, &[]).unwrap().styles {
            for color in [style.fg, style.bg].into_iter().flatten() {
                assert!(
                    OF_STATES.contains(&role) || !is_colour_of_states(color),
                    "{name}: {role:?} is {color:?}"
                );
            }
        }
    }
}

#[test]
fn what_is_not_checked_is_not_green_and_relations_differ_from_keys() {
    for name in Theme::NAMES.into_iter().filter(|name| *name != "mono") {
        let theme = Theme::load(name, &[]).unwrap();
        assert_ne!(
            theme.style(Role::Running),
            theme.style(Role::Healthy),
            "{name}"
        );
        let relations = [Role::Needs, Role::NeededBy, Role::Key].map(|role| theme.style(role).fg);
        assert!(
            relations[0] != relations[1] && !relations[..2].contains(&relations[2]),
            "{name}"
        );
    }
}
