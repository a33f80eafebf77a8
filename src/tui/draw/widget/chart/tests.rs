use proptest::prelude::*;

use super::*;
use crate::tui::test_console::assert_screen;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + second).unwrap()
}

fn render(width: u16, height: u16, points: &[(i64, Option<f64>)], ascii: bool) -> String {
    let area = Rect::new(0, 0, width, height);
    let mut buffer = Buffer::empty(area);
    let points = points
        .iter()
        .map(|(second, value)| (at(*second), *value))
        .collect();
    let chart = Chart {
        title: "CPU",
        lines: vec![ChartLine {
            label: "",
            role: Role::Cpu,
            points,
        }],
        limit: Some(200.0),
        unit: words::percent,
        floor: 1.0,
    };
    let zone = TimeZone::UTC;
    let theme = Theme::default();
    let frame = ChartFrame {
        theme: &theme,
        glyphs: Glyphs { ascii },
        from: at(0),
        to: at(600),
        zone: &zone,
    };
    draw(&mut buffer, area, &chart, frame);
    crate::tui::fixture::screen(&buffer)
}

#[test]
fn a_rising_line_with_a_gap() {
    let mut points: Vec<_> = (0..=20)
        .map(|step| (step * 30, Some(step as f64 * 8.0)))
        .collect();
    for point in &mut points[8..12] {
        point.1 = None;
    }
    assert_screen("chart_utf8", &render(50, 9, &points, false));
    assert_screen("chart_ascii", &render(50, 9, &points, true));
}

#[test]
fn an_empty_chart_says_so() {
    assert!(render(40, 6, &[], false).contains("no data"));
}

proptest! {
    #[test]
    fn no_points_and_no_size_panic(
        points in proptest::collection::vec((0i64..900, proptest::option::of(any::<f64>())), 0..30),
        width in 0u16..70, height in 0u16..20, ascii: bool,
    ) {
        let mut points = points;
        points.sort_by_key(|point| point.0);
        render(width, height, &points, ascii);
    }
}
