//! Connections that the processes of a container opened, from the kernel's own tables: no call at all.
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
use crate::model::{Connection, InstanceId};

/// Bytes read of one table: some seven thousand connections. Ports that are listened on come first.
const TABLE_LIMIT: u64 = 1 << 20;
/// Connections kept of one container.
const CONNECTIONS_LIMIT: usize = 256;
/// The kernel's code for a port that is listened on.
const LISTEN: &str = "0A";
/// Codes of connections that are established, or were within the last minute: short calls are seen too.
const ESTABLISHED: &[&str] = &["01", "04", "05", "06", "08", "09", "0B"];

/// Connections.
impl Engine {
    /// Connections that container `id` opened to other addresses, each address and port once, at
    /// most 256; `None` where the kernel's tables cannot be read or it does not run.
    ///
    /// Those opened to the container, and those to its own loopback, are left out.
    #[must_use]
    pub fn read_connections(&self, id: &InstanceId) -> Option<Vec<Connection>> {
        let pid = self.cgroups.as_ref()?.pid(id)?;
        let (has_tcp, has_tcp6) = sockets(&table(pid, "sockstat")?, table(pid, "sockstat6").as_deref());
        let tcp = if has_tcp { table(pid, "tcp")? } else { String::new() };
        let tcp6 = if has_tcp6 { table(pid, "tcp6")? } else { String::new() };
        let outgoing = outgoing(&[&tcp, &tcp6]).into_iter().take(CONNECTIONS_LIMIT);
        Some(outgoing.map(|(address, port)| Connection { from: id.clone(), address, port }).collect())
    }
}

fn table(pid: u32, name: &str) -> Option<String> {
    let mut text = String::new();
    File::open(format!("/proc/{pid}/net/{name}")).ok()?.take(TABLE_LIMIT).read_to_string(&mut text).ok()?;
    Some(text)
}

/// Whether the tables for IPv4 and IPv6 hold anything, by the counters `TCP: inuse 1 orphan 0 tw 0 …` and
/// `TCP6: inuse 0` (`None` on a kernel without IPv6).
fn sockets(sockstat: &str, sockstat6: Option<&str>) -> (bool, bool) {
    let count = |text: &str, line: &str, key: &str| {
        let counters = text.lines().find_map(|each| each.strip_prefix(line))?;
        let mut words = counters.split_ascii_whitespace().skip_while(|word| *word != key).skip(1);
        words.next()?.parse::<u64>().ok()
    };
    // What cannot be read may be there.
    let waiting = count(sockstat, "TCP:", "tw").unwrap_or(1);
    let tcp = count(sockstat, "TCP:", "inuse").unwrap_or(1);
    let tcp6 = sockstat6.map_or(0, |text| count(text, "TCP6:", "inuse").unwrap_or(1));
    (tcp + waiting > 0, sockstat6.is_some() && tcp6 + waiting > 0)
}

/// Remote ends of connections whose local port nothing listens on. Lines that are no entries are passed over.
fn outgoing(tables: &[&str]) -> BTreeSet<(IpAddr, u16)> {
    let mut listening = HashSet::new();
    let mut open = Vec::new();
    for entry in tables.iter().flat_map(|table| table.lines()).filter_map(entry) {
        match entry {
            Entry::Listening(port) => {
                listening.insert(port);
            }
            Entry::Open { from, address, port } => open.push((from, address, port)),
        }
    }
    open.into_iter()
        .filter(|(from, address, _)| !listening.contains(from) && !address.is_loopback())
        .map(|(_, address, port)| (address, port))
        .collect()
}

enum Entry {
    Listening(u16),
    Open { from: u16, address: IpAddr, port: u16 },
}

/// Reads a line such as `0: 0100007F:1F90 00000000:0000 0A …`.
fn entry(line: &str) -> Option<Entry> {
    let mut words = line.split_ascii_whitespace().skip(1);
    let (local, remote, state) = (words.next()?, words.next()?, words.next()?);
    let (_, from) = local.split_once(':')?;
    let from = u16::from_str_radix(from, 16).ok()?;
    if state == LISTEN {
        return Some(Entry::Listening(from));
    }
    let (address, port) = remote.split_once(':')?;
    let port = u16::from_str_radix(port, 16).ok()?;
    let address = address_of(address)?;
    (ESTABLISHED.contains(&state) && port > 0).then_some(Entry::Open { from, address, port })
}

/// The address in the kernel's notation: each four bytes as one number of the machine's own byte order.
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
            Some(address.to_ipv4_mapped().map_or(IpAddr::V6(address), IpAddr::V4))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of a proxy: listens on 80, serves 172.21.0.1, calls 172.21.0.3:8000 twice and 172.21.0.4:3000,
    /// whose connection is over; asks its own 127.0.0.11; a call to 172.21.0.9 is not answered yet.
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

    /// Of a program that listens on 8000 for both families and calls over IPv4-mapped and true IPv6 addresses.
    #[cfg(target_endian = "little")]
    const TCP6: &str = "\
  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000000000000000000000000000:1F40 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000 65534        0 1 1 0 100 0 0 10 0
   1: 0000000000000000FFFF0000030015AC:1F40 0000000000000000FFFF0000020015AC:B5E2 01 00000000:00000000 00:00000000 00000000 65534        0 2 1 0 20 4 30 10 -1
   2: 0000000000000000FFFF0000030015AC:C001 0000000000000000FFFF0000050015AC:1538 08 00000000:00000000 00:00000000 00000000 65534        0 3 1 0 20 4 30 10 -1
   3: B80D0120000000000000000001000000:C003 B80D0120000000000000000002000000:18EB 01 00000000:00000000 00:00000000 00000000 65534        0 4 1 0 20 4 30 10 -1
   4: 00000000000000000000000001000000:C005 00000000000000000000000001000000:1F41 01 00000000:00000000 00:00000000 00000000 65534        0 5 1 0 20 4 30 10 -1
";

    fn told(tables: &[&str]) -> Vec<String> {
        outgoing(tables).into_iter().map(|(address, port)| format!("{address} {port}")).collect()
    }

    #[test]
    #[cfg(target_endian = "little")]
    fn only_what_the_container_opened_to_others() {
        assert_eq!(told(&[TCP]), ["172.21.0.3 8000", "172.21.0.4 3000"]);
        assert_eq!(told(&[TCP6]), ["172.21.0.5 5432", "2001:db8::2 6379"]);
        assert_eq!(told(&["", TCP6]), told(&[TCP6, "sl local_address\nnonsense\n\n"]));
    }

    #[test]
    #[cfg(target_endian = "little")]
    fn a_port_listened_on_in_one_family_serves_the_other() {
        let served =
            "h\n 0: 030015AC:1F40 070015AC:B5E2 01 00000000:00000000 00:00000000 00000000 0 0 1 1 0\n";
        assert_eq!(told(&[served]), ["172.21.0.7 46562"], "nothing tells that it is served");
        assert_eq!(told(&[served, TCP6]), told(&[TCP6]));
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
            assert_eq!(sockets(&sockstat, sockstat6.as_deref()), expected, "{sockstat} {sockstat6:?}");
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
            assert_eq!(told(&[line]), [""; 0], "{line}");
        }
    }
}
