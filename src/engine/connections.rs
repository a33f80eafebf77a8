//! Connections of a container's processes, from the kernel's own tables: no call at all.
//!
//! Only for an engine on this machine, and only where the container's processes can be seen: not
//! from inside a container. The tables are those of a network namespace, so of containers that
//! share one only the owner is to be asked.
//!
//! Listing a table makes the kernel walk the host's whole hash of connections: some milliseconds on
//! a large machine, however few there are. So a table that the counters say is empty is not listed.

use std::collections::{BTreeSet, HashSet};
use std::fs::File;
use std::io::Read as _;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::Engine;
use crate::model::InstanceId;

/// Bytes read of one table: some seven thousand connections. Ports that are listened on come first.
const TABLE_LIMIT: u64 = 1 << 20;
/// Sockets kept of one container.
const SOCKETS_LIMIT: usize = 1_024;
/// The kernel's codes for a port that is listened on, and for a connection that is established.
const LISTEN: &str = "0A";
const ESTABLISHED: &str = "01";
/// Codes of connections that were established until a minute ago at most: short calls are seen too.
const CLOSED: &[&str] = &["04", "05", "06", "08", "09", "0B"];

/// A connection of a container as the kernel lists it; many with the same ends are one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Socket {
    /// Whether it was opened to the container, else by it.
    pub incoming: bool,
    /// The container's own address.
    pub local: IpAddr,
    /// Address of the other end.
    pub remote: IpAddr,
    /// Port that was called: the container's own where it is incoming.
    pub port: u16,
    /// Whether it is established; else it was within the last minute.
    pub open: bool,
}

/// Connections.
impl Engine {
    /// Connections of container `id`, at most 1,024, those that it opened first; `None` where the
    /// kernel's tables cannot be read or it does not run.
    ///
    /// Those on its own loopback are left out, and incoming ones from public addresses.
    #[must_use]
    pub fn read_sockets(&self, id: &InstanceId) -> Option<Vec<Socket>> {
        let pid = self.cgroups.as_ref()?.pid(id)?;
        let (has_tcp, has_tcp6) =
            counted(&table(pid, "sockstat")?, table(pid, "sockstat6").as_deref());
        let tcp = if has_tcp {
            table(pid, "tcp")?
        } else {
            String::new()
        };
        let tcp6 = if has_tcp6 {
            table(pid, "tcp6")?
        } else {
            String::new()
        };
        Some(
            sockets(&[&tcp, &tcp6])
                .into_iter()
                .take(SOCKETS_LIMIT)
                .collect(),
        )
    }
}

fn table(pid: u32, name: &str) -> Option<String> {
    let mut text = String::new();
    File::open(format!("/proc/{pid}/net/{name}"))
        .ok()?
        .take(TABLE_LIMIT)
        .read_to_string(&mut text)
        .ok()?;
    Some(text)
}

/// Whether the tables for IPv4 and IPv6 hold anything, by the counters `TCP: inuse 1 orphan 0 tw 0
/// …` and `TCP6: inuse 0` (`None` on a kernel without IPv6).
fn counted(sockstat: &str, sockstat6: Option<&str>) -> (bool, bool) {
    let count = |text: &str, line: &str, key: &str| {
        let counters = text.lines().find_map(|each| each.strip_prefix(line))?;
        let mut words = counters
            .split_ascii_whitespace()
            .skip_while(|word| *word != key)
            .skip(1);
        words.next()?.parse::<u64>().ok()
    };
    // What cannot be read may be there.
    let waiting = count(sockstat, "TCP:", "tw").unwrap_or(1);
    let tcp = count(sockstat, "TCP:", "inuse").unwrap_or(1);
    let tcp6 = sockstat6.map_or(0, |text| count(text, "TCP6:", "inuse").unwrap_or(1));
    (tcp + waiting > 0, sockstat6.is_some() && tcp6 + waiting > 0)
}

/// Connections by their ends. Lines that are no entries are passed over.
fn sockets(tables: &[&str]) -> BTreeSet<Socket> {
    let mut listening = HashSet::new();
    let mut connected = Vec::new();
    for entry in tables
        .iter()
        .flat_map(|table| table.lines())
        .filter_map(entry)
    {
        if entry.state == LISTEN {
            listening.insert(entry.local.1);
        } else if (entry.state == ESTABLISHED || CLOSED.contains(&entry.state))
            && entry.remote.1 > 0
        {
            connected.push(entry);
        }
    }
    connected
        .into_iter()
        .map(|entry| entry.socket(listening.contains(&entry.local.1)))
        .filter(|socket| {
            !(socket.remote.is_loopback() || socket.incoming && is_public(socket.remote))
        })
        .collect()
}

/// Whether an address is none that a container has.
const fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => !address.is_private(),
        IpAddr::V6(address) => !address.is_unique_local(),
    }
}

struct Entry<'a> {
    local: (IpAddr, u16),
    remote: (IpAddr, u16),
    state: &'a str,
}

impl Entry<'_> {
    fn socket(&self, incoming: bool) -> Socket {
        let served = if incoming { self.local } else { self.remote };
        Socket {
            incoming,
            local: self.local.0,
            remote: self.remote.0,
            port: served.1,
            open: self.state == ESTABLISHED,
        }
    }
}

/// Reads a line such as `0: 0100007F:1F90 00000000:0000 0A …`.
fn entry(line: &str) -> Option<Entry<'_>> {
    let end = |text: &str| {
        let (address, port) = text.split_once(':')?;
        Some((address_of(address)?, u16::from_str_radix(port, 16).ok()?))
    };
    let mut words = line.split_ascii_whitespace().skip(1);
    let (local, remote) = (end(words.next()?)?, end(words.next()?)?);
    Some(Entry {
        local,
        remote,
        state: words.next()?,
    })
}

/// The address in the kernel's notation: each four bytes as one number of the machine's own byte
/// order.
fn address_of(text: &str) -> Option<IpAddr> {
    let word = |at: usize| {
        let number = u32::from_str_radix(text.get(at * 8..at * 8 + 8)?, 16).ok()?;
        Some(number.to_ne_bytes())
    };
    match text.len() {
        8 => Some(IpAddr::V4(Ipv4Addr::from(word(0)?))),
        32 => {
            let mut bytes = [0; 16];
            for (at, chunk) in bytes.chunks_exact_mut(4).enumerate() {
                chunk.copy_from_slice(&word(at)?);
            }
            let address = Ipv6Addr::from(bytes);
            Some(
                address
                    .to_ipv4_mapped()
                    .map_or(IpAddr::V6(address), IpAddr::V4),
            )
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of a proxy: listens on 80, serves 172.21.0.1, calls 172.21.0.3:8000 twice and
    /// 172.21.0.4:3000, whose connection is over; asks its own 127.0.0.11; a call to 172.21.0.9 is
    /// not answered yet.
    #[cfg(target_endian = "little")]
    const TCP: &str = "\
  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1383675 1 000000009d794420 100 0 0 10 0
   1: 0B00007F:A2C1 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1383100 1 0000000000000000 100 0 0 10 0
   2: 020015AC:0050 010015AC:D3F2 01 00000000:00000000 02:0009F3A1 00000000     0        0 1384001 2 0000000000000000 20 4 30 10 -1
   3: 020015AC:B5E2 030015AC:1F40 01 00000000:00000000 00:00000000 00000000   101        0 1384002 1 0000000000000000 20 4 0 10 -1
   4: 020015AC:B5E4 030015AC:1F40 01 00000000:00000000 00:00000000 00000000   101        0 1384003 1 0000000000000000 20 4 0 10 -1
   5: 020015AC:9C40 040015AC:0BB8 06 00000000:00000000 03:000014A2 00000000     0        0 0 3 0000000000000000
   6: 0100007F:9C42 0100007F:0050 01 00000000:00000000 00:00000000 00000000     0        0 1384004 1 0000000000000000 20 4 0 10 -1
   7: 020015AC:9C44 0B00007F:0035 01 00000000:00000000 00:00000000 00000000     0        0 1384005 1 0000000000000000 20 4 0 10 -1
   8: 020015AC:9C46 090015AC:0050 02 00000001:00000000 01:00000031 00000001     0        0 1384006 2 0000000000000000 200 0 0 1 -1
";

    /// Of a program that listens on 8000 for both families and calls over IPv4-mapped and true IPv6
    /// addresses.
    #[cfg(target_endian = "little")]
    const TCP6: &str = "\
  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000000000000000000000000000:1F40 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000 65534        0 1 1 0 100 0 0 10 0
   1: 0000000000000000FFFF0000030015AC:1F40 0000000000000000FFFF0000020015AC:B5E2 01 00000000:00000000 00:00000000 00000000 65534        0 2 1 0 20 4 30 10 -1
   2: 0000000000000000FFFF0000030015AC:C001 0000000000000000FFFF0000050015AC:1538 08 00000000:00000000 00:00000000 00000000 65534        0 3 1 0 20 4 30 10 -1
   3: B80D0120000000000000000001000000:C003 B80D0120000000000000000002000000:18EB 01 00000000:00000000 00:00000000 00000000 65534        0 4 1 0 20 4 30 10 -1
   4: 00000000000000000000000001000000:C005 00000000000000000000000001000000:1F41 01 00000000:00000000 00:00000000 00000000 65534        0 5 1 0 20 4 30 10 -1
";

    fn shown(tables: &[&str]) -> Vec<String> {
        let shown = |socket: Socket| {
            let Socket {
                local,
                remote,
                port,
                ..
            } = socket;
            let state = if socket.open { "open" } else { "over" };
            if socket.incoming {
                format!("{remote} → {local} {port} {state}")
            } else {
                format!("→ {remote} {port} {state}")
            }
        };
        sockets(tables).into_iter().map(shown).collect()
    }

    #[test]
    #[cfg(target_endian = "little")]
    fn connections_with_who_called_whom() {
        assert_eq!(
            shown(&[TCP]),
            [
                "→ 172.21.0.3 8000 open",
                "→ 172.21.0.4 3000 over",
                "172.21.0.1 → 172.21.0.2 80 open"
            ]
        );
        assert_eq!(
            shown(&[TCP6]),
            [
                "→ 172.21.0.5 5432 over",
                "→ 2001:db8::2 6379 open",
                "172.21.0.2 → 172.21.0.3 8000 open"
            ]
        );
        let both = shown(&[TCP, TCP6]);
        assert_eq!(both, shown(&[TCP6, "sl local_address\nnonsense\n\n", TCP]));
    }

    #[test]
    #[cfg(target_endian = "little")]
    fn a_port_listened_on_in_one_family_serves_the_other() {
        let served = "h\n 0: 030015AC:1F40 070015AC:B5E2 01 00000000:00000000 00:00000000 00000000 0 0 1 1 0\n";
        assert_eq!(
            shown(&[served]),
            ["→ 172.21.0.7 46562 open"],
            "nothing tells that it is served"
        );
        assert!(shown(&[served, TCP6]).contains(&"172.21.0.7 → 172.21.0.3 8000 open".to_owned()));
        let public = "h\n 0: 020015AC:0050 08080808:B5E2 01 00000000:00000000 00:00000000 00000000 0 0 1 1 0\n";
        assert_eq!(
            shown(&[TCP, public]),
            shown(&[TCP]),
            "people are no services"
        );
    }

    #[test]
    fn empty_tables_are_known_by_the_counters() {
        let v4 = |inuse: u32, tw: u32| {
            format!(
                "sockets: used 9\nTCP: inuse {inuse} orphan 0 tw {tw} alloc 3 mem 1\nUDP: inuse 2 mem 0\n"
            )
        };
        let v6 = |inuse: u32| format!("TCP6: inuse {inuse}\nUDP6: inuse 1\n");
        for (sockstat, sockstat6, expected) in [
            (v4(0, 0), Some(v6(0)), (false, false)),
            (v4(1, 0), Some(v6(0)), (true, false)),
            (v4(0, 0), Some(v6(4)), (false, true)),
            (v4(0, 1), Some(v6(0)), (true, true)),
            (v4(1, 1), None, (true, false)),
            (String::new(), Some(String::new()), (true, true)),
            ("TCP: what".to_owned(), Some(v6(0)), (true, true)),
        ] {
            assert_eq!(
                counted(&sockstat, sockstat6.as_deref()),
                expected,
                "{sockstat} {sockstat6:?}"
            );
        }
    }

    #[test]
    fn lines_that_are_no_entries_are_passed_over() {
        for line in [
            "",
            "   0:",
            "   0: 0:0 0:0",
            "   0: 00000000:0050 00000000 01 0",
            "   0: 00000000:0050 0000000é:0050 01 0",
            "   0: 00000000:0050 000000000:0050 01 0",
            "   0: 00000000:10050 00000001:0050 01 0",
            "   0: 00000000:0050 00000001:0000 01 0",
            "   0: 00000000:0050 00000001:0050 FF 0",
        ] {
            assert_eq!(shown(&[line]), [""; 0], "{line}");
        }
    }
}
