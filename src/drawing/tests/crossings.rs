//! Lines that cross and lines that meet.

use super::*;

/// Edge 0 runs down through column 2, edge 1 across row 1.
fn crossing() -> Drawing {
    let route = |edge, corners: &[(u32, u32)]| DrawnEdge {
        edge,
        caller: edge,
        called: edge,
        net: edge,
        segments: corners
            .windows(2)
            .map(|ends| Segment {
                from: ends[0],
                to: ends[1],
            })
            .collect(),
    };
    Drawing {
        width: 5,
        height: 4,
        routes: vec![
            route(0, &[(2, 0), (2, 3)]),
            route(1, &[(0, 0), (0, 1), (4, 1), (4, 3)]),
        ],
        ..Drawing::default()
    }
}

fn rows_of(cells: &[Cell]) -> Vec<String> {
    let mut rows = vec![[" "; 5]; 4];
    for cell in cells {
        rows[cell.y as usize][cell.x as usize] = cell.glyph;
    }
    rows.into_iter()
        .map(|row| row.concat().trim_end().to_owned())
        .collect()
}

#[test]
fn where_lines_cross_the_higher_rank_passes() {
    let all = Area {
        width: 5,
        height: 4,
        ..Area::default()
    };
    let drawn = |ranks: [u8; 2], dashed: bool, glyphs: &LineGlyphs| {
        let cells = raster(
            &crossing(),
            |route| {
                Some(Stroke {
                    rank: ranks[route.edge],
                    dashed,
                })
            },
            all,
            glyphs,
        );
        rows_of(&cells)
    };
    assert_eq!(
        drawn([0, 0], false, &LineGlyphs::UNICODE),
        ["│ │", "╰─│─╮", "  │ │", "  ▼ ▼"]
    );
    assert_eq!(
        drawn([0, 1], false, &LineGlyphs::UNICODE),
        ["│ │", "╰───╮", "  │ │", "  ▼ ▼"]
    );
    assert_eq!(
        drawn([1, 0], true, &LineGlyphs::UNICODE),
        ["╎ ╎", "╰╌╎╌╮", "  ╎ ╎", "  ▼ ▼"]
    );
    assert_eq!(
        drawn([0, 0], false, &LineGlyphs::ASCII),
        ["| |", "+-|-+", "  | |", "  v v"]
    );
    let hidden = raster(
        &crossing(),
        |route| (route.edge == 1).then(Stroke::default),
        all,
        &LineGlyphs::UNICODE,
    );
    assert_eq!(rows_of(&hidden), ["│", "╰───╮", "    │", "    ▼"]);
    assert!(hidden.iter().all(|cell| cell.route == 1));
}

#[test]
fn lines_of_one_net_join_and_show_the_higher_rank() {
    let mut drawing = crossing();
    drawing.routes[1].net = 0;
    let all = Area {
        width: 5,
        height: 4,
        ..Area::default()
    };
    let rank = |route: &DrawnEdge| {
        Some(Stroke {
            rank: u8::from(route.edge == 1),
            dashed: route.edge == 0,
        })
    };
    let cells = raster(&drawing, rank, all, &LineGlyphs::UNICODE);
    assert_eq!(rows_of(&cells), ["│ ╎", "╰─┼─╮", "  ╎ │", "  ▼ ▼"]);
    let joint = cells
        .iter()
        .find(|cell| (cell.x, cell.y) == (2, 1))
        .unwrap();
    assert_eq!(joint.route, 1);
}
