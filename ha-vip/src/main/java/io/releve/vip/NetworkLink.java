package io.releve.vip;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One interface as {@code ip -j addr show} reports it.
 *
 * @param index the kernel's number of the interface
 * @param name the interface's name
 * @param flags the kernel's flags: {@code UP}, {@code LOWER_UP}, {@code NO-CARRIER} …
 * @param mac the hardware address of an Ethernet-like interface; empty for any other, and where the report leaves it
 *     out
 * @param addresses the addresses on it that the report shows
 */
record NetworkLink(int index, String name, Set<String> flags, Optional<MacAddress> mac, List<Assigned> addresses) {

    /**
     * An address on an interface.
     *
     * @param address the address
     * @param prefixLength its prefix
     */
    record Assigned(InetAddress address, int prefixLength) {
        @Override
        public String toString() {
            return address.getHostAddress() + "/" + prefixLength;
        }
    }

    NetworkLink {
        flags = Set.copyOf(flags);
        addresses = List.copyOf(addresses);
    }

    /** Whether the interface is switched on and has a carrier. */
    boolean isUp() {
        return flags.contains("UP") && flags.contains("LOWER_UP");
    }

    /** Why the interface cannot carry traffic, and what to do. */
    String whyDown() {
        return flags.contains("UP")
                ? name + " has no carrier: the cable or its other end is down"
                : name + " is switched off (ip link set " + name + " up)";
    }

    /** Every form in which the address stands on this interface; more than one only with different prefixes. */
    List<Assigned> holding(InetAddress address) {
        return addresses.stream().filter(a -> a.address().equals(address)).toList();
    }

    /** Whether neighbours find addresses of this interface by ARP or neighbour discovery. */
    boolean isAnnounceable() {
        return mac.isPresent() && !flags.contains("NOARP") && !flags.contains("LOOPBACK");
    }
}
