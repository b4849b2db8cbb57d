package io.releve.vip;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The parameters of one virtual IP, checked.
 *
 * @param address the address
 * @param nic the interface, or empty: the one with a connected route to the address
 * @param prefixLength the address's prefix
 * @param label the suffix of the address's label ({@code eth0:LABEL}); IPv4 only
 * @param announcing how the address is announced
 * @param probed whether the network is asked for another holder before the address is taken
 * @param restored whether an address that somebody else removed is put back; otherwise that is a failure
 * @param flags what else the kernel is told of the address
 * @param checkLinkStatus whether a link that is down is a failure
 * @param leased whether the kernel drops the address when the node's lease ends; otherwise it is static
 */
record VirtualIpSettings(
        InetAddress address,
        Optional<String> nic,
        int prefixLength,
        Optional<String> label,
        Announcing announcing,
        boolean probed,
        boolean restored,
        Flags flags,
        boolean checkLinkStatus,
        boolean leased) {

    /**
     * How an address is announced.
     *
     * @param count how many times a takeover is announced
     * @param interval the time between two announcements
     * @param again how long after these they are repeated; zero for never
     * @param countRefresh how many times each recurring monitor announces the address
     */
    record Announcing(int count, Duration interval, Duration again, int countRefresh) {}

    /**
     * What else the kernel is told.
     *
     * @param noPrefixRoute whether the address brings no route to its prefix along
     * @param source whether connections that this node opens may come from the address
     * @param flushRoutes whether cached routes are forgotten when the address goes
     */
    record Flags(boolean noPrefixRoute, boolean source, boolean flushRoutes) {}

    private static final Set<String> KNOWN = new TreeSet<>(Set.of(
            "ip",
            "nic",
            "cidr_netmask",
            "iflabel",
            "arp_count",
            "arp_interval",
            "arp_again",
            "arp_count_refresh",
            "run_arping",
            "on_removal",
            "noprefixroute",
            "preferred_lft",
            "flush_routes",
            "check_link_status",
            "lease"));

    /** What the kernel allows, less what would need quoting anywhere: no slash, no blank, no colon, 15 bytes. */
    private static final Pattern NIC = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.@-]{0,14}");

    private static final Pattern LABEL = Pattern.compile("[A-Za-z0-9_-]{1,13}");

    /** The longest name that the kernel keeps for an interface or a label. */
    private static final int NAME_LIMIT = 15;

    /**
     * Reads and checks the parameters.
     *
     * @throws IllegalArgumentException names every mistake
     */
    static VirtualIpSettings parse(String resourceId, Map<String, String> parameters) {
        return new Parser(resourceId, parameters).parse();
    }

    /** The address as {@code ip} prints and takes it. */
    String addressText() {
        return address.getHostAddress();
    }

    @Override
    public String toString() {
        return addressText() + "/" + prefixLength;
    }

    private static final class Parser {

        private final String resourceId;
        private final Map<String, String> parameters;
        private final List<String> mistakes = new ArrayList<>();

        Parser(String resourceId, Map<String, String> parameters) {
            this.resourceId = resourceId;
            this.parameters = parameters;
        }

        VirtualIpSettings parse() {
            for (String name : new TreeSet<>(parameters.keySet())) {
                if (!KNOWN.contains(name)) {
                    mistakes.add("there is no parameter '" + name + "'; a virtual IP has " + String.join(", ", KNOWN));
                }
            }
            Optional<InetAddress> address = address();
            Optional<String> nic = nic(address);
            int bits = address.map(IpLiteral::bits).orElse(128);
            int prefix = prefix(bits);
            Optional<String> label = label(address, nic);
            int arpCount = number("arp_count", 5, 0, 1000, "how many times a takeover is announced");
            int arpInterval = number("arp_interval", 200, 10, 60_000, "milliseconds between two announcements");
            int arpAgain = number("arp_again", 5000, 0, 3_600_000, "milliseconds; 0 for never");
            int refresh = number("arp_count_refresh", 1, 0, 100, "how many times each monitor announces");
            boolean probed = choice("run_arping", "true", "false");
            boolean failing = choice("on_removal", "fail", "restore");
            boolean withRoute = choice("noprefixroute", "false", "true");
            boolean source = choice("preferred_lft", "forever", "0");
            boolean keepRoutes = choice("flush_routes", "false", "true");
            boolean checkLink = choice("check_link_status", "true", "false");
            boolean leased = choice("lease", "kernel", "static");
            if (address.isEmpty() || !mistakes.isEmpty()) {
                throw new IllegalArgumentException("virtual IP " + resourceId + ": " + String.join("; ", mistakes));
            }
            return new VirtualIpSettings(
                    address.get(),
                    nic,
                    prefix,
                    label,
                    new Announcing(arpCount, Duration.ofMillis(arpInterval), Duration.ofMillis(arpAgain), refresh),
                    probed,
                    !failing,
                    new Flags(!withRoute, source, !keepRoutes),
                    checkLink,
                    leased);
        }

        private Optional<InetAddress> address() {
            String text = parameters.get("ip");
            if (text == null || text.isBlank()) {
                mistakes.add("the parameter 'ip' is missing: give the address, for example 192.0.2.10");
                return Optional.empty();
            }
            if (text.indexOf('/') >= 0) {
                mistakes.add("ip '" + text + "' carries a prefix: give that as 'cidr_netmask'");
                return Optional.empty();
            }
            Optional<InetAddress> address = IpLiteral.parse(text);
            if (address.isEmpty()) {
                mistakes.add("ip '" + text + "' is no IPv4 or IPv6 address (host names are not looked up)");
            } else if (address.get().isMulticastAddress() || address.get().isAnyLocalAddress()) {
                mistakes.add("ip '" + text + "' is not an address that one interface can hold");
                return Optional.empty();
            }
            return address;
        }

        private Optional<String> nic(Optional<InetAddress> address) {
            String nic = parameters.get("nic");
            if (nic == null) {
                if (address.isPresent() && address.get().isLinkLocalAddress()) {
                    mistakes.add("ip '" + address.get().getHostAddress()
                            + "' is link-local, which every interface has a route to: give 'nic'");
                }
                return Optional.empty();
            }
            if (!NIC.matcher(nic).matches()) {
                mistakes.add("nic '" + nic + "' is no interface name: 1 to " + NAME_LIMIT
                        + " letters, digits and _ . @ -, for example eth0");
                return Optional.empty();
            }
            return Optional.of(nic);
        }

        private int prefix(int bits) {
            String text = parameters.get("cidr_netmask");
            if (text != null && text.indexOf('.') >= 0) {
                mistakes.add(
                        "cidr_netmask '" + text + "' is a mask: give the number of its bits, 24 for 255.255.255.0");
                return bits;
            }
            return number("cidr_netmask", bits, 1, bits, "bits of the prefix");
        }

        private Optional<String> label(Optional<InetAddress> address, Optional<String> nic) {
            String label = parameters.get("iflabel");
            if (label == null) {
                return Optional.empty();
            }
            if (address.isPresent() && !(address.get() instanceof Inet4Address)) {
                mistakes.add("iflabel '" + label + "': only an IPv4 address can have a label");
            } else if (!LABEL.matcher(label).matches()) {
                mistakes.add("iflabel '" + label + "' is no label: 1 to 13 letters, digits and _ -");
            } else if (nic.isPresent() && nic.get().length() + 1 + label.length() > NAME_LIMIT) {
                mistakes.add("iflabel '" + label + "' is too long for " + nic.get() + ": the kernel keeps " + NAME_LIMIT
                        + " characters of " + nic.get() + ":" + label);
            }
            return Optional.of(label);
        }

        private int number(String name, int fallback, int min, int max, String meaning) {
            String text = parameters.get(name);
            if (text == null) {
                return fallback;
            }
            try {
                int value = Integer.parseInt(text);
                if (value >= min && value <= max) {
                    return value;
                }
            } catch (NumberFormatException e) {
                // said below, in the same words as for a number out of range
            }
            mistakes.add(name + " '" + text + "' is not a number from " + min + " to " + max + " (" + meaning + ")");
            return fallback;
        }

        /** Whether the parameter has its first, default value. */
        private boolean choice(String name, String fallback, String other) {
            String text = parameters.getOrDefault(name, fallback);
            if (!text.equals(fallback) && !text.equals(other)) {
                mistakes.add(name + " '" + text + "' is neither " + fallback + " nor " + other);
            }
            return text.equals(fallback);
        }
    }
}
