package io.releve.vip;

import io.releve.vip.AddressException.Cause;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the kernel itself (rtnetlink(7)): a tenth of a millisecond in place of a process for each question, which counts when an
 * address moves, and at each renewal. Forgetting cached routes, and everything where native calls are not to be had, is left
 * to iproute2.
 */
final class Netlink implements Addresses {

    private static final Logger LOG = LoggerFactory.getLogger(Netlink.class);

    // linux/rtnetlink.h, linux/if_link.h, linux/if_addr.h, linux/if_arp.h, linux/if.h
    private static final short NEW_ADDRESS = 20;
    private static final short DELETE_ADDRESS = 21;
    private static final short GET_ADDRESS = 22;
    private static final short GET_LINK = 18;
    private static final short GET_ROUTE = 26;
    private static final int LINK_PART = 16;
    private static final int ADDRESS_PART = 8;
    private static final int LINK_ADDRESS = 1;
    private static final int LINK_NAME = 3;
    private static final int ADDRESS = 1;
    private static final int LOCAL = 2;
    private static final int LABEL = 3;
    private static final int CACHE_INFO = 6;
    private static final int FLAGS = 8;
    private static final int NO_DAD = 0x02;
    private static final int NO_PREFIX_ROUTE = 0x200;
    private static final int SCOPE_HOST = 254;
    private static final short ETHERNET = 1;
    private static final Map<Integer, String> LINK_FLAGS =
            Map.of(1, "UP", 8, "LOOPBACK", 0x80, "NOARP", 0x10000, "LOWER_UP");

    private static final int IPV4 = 2;
    private static final int IPV6 = 10;

    private static final int EPERM = 1;
    private static final int EACCES = 13;
    private static final int ENODEV = 19;
    private static final int EADDRNOTAVAIL = 99;

    private final Iproute iproute;
    private final AtomicInteger sequence = new AtomicInteger();
    private volatile boolean unavailable;

    Netlink(Iproute iproute) {
        this.iproute = iproute;
    }

    /** An address and the interface that it is on. */
    private record Held(int index, NetworkLink.Assigned assigned) {}

    @Override
    public NetworkLink link(String nic, Duration limit) throws AddressException, InterruptedException {
        try (NetlinkSocket socket = open()) {
            return link(socket, nic, addresses(socket, limit), limit);
        } catch (Unavailable e) {
            return iproute.link(nic, limit);
        }
    }

    private NetworkLink link(NetlinkSocket socket, String nic, List<Held> all, Duration limit) throws AddressException {
        NetlinkMessage request = NetlinkMessage.request(GET_LINK, 0, sequence.incrementAndGet())
                .aboutInterfaces()
                .attribute(LINK_NAME, nic);
        List<NetlinkMessage.Answer> answers = ask(socket, request, false, "looking at the interface " + nic, limit);
        return link(answers.get(0), all);
    }

    @Override
    public List<NetworkLink> holders(InetAddress address, Duration limit)
            throws AddressException, InterruptedException {
        try (NetlinkSocket socket = open()) {
            List<Held> all = addresses(socket, limit);
            if (all.stream().noneMatch(held -> held.assigned().address().equals(address))) {
                return List.of();
            }
            NetlinkMessage request = NetlinkMessage.request(GET_LINK, NetlinkMessage.ALL, sequence.incrementAndGet())
                    .aboutInterfaces();
            return ask(socket, request, true, "looking at all interfaces", limit).stream()
                    .map(answer -> link(answer, all))
                    .filter(link -> !link.holding(address).isEmpty())
                    .toList();
        } catch (Unavailable e) {
            return iproute.holders(address, limit);
        }
    }

    private List<Held> addresses(NetlinkSocket socket, Duration limit) throws AddressException {
        NetlinkMessage request = NetlinkMessage.request(GET_ADDRESS, NetlinkMessage.ALL, sequence.incrementAndGet())
                .aboutAddresses(0, 0, 0, 0);
        List<Held> all = new ArrayList<>();
        for (NetlinkMessage.Answer answer : ask(socket, request, true, "looking at all addresses", limit)) {
            Map<Integer, byte[]> attributes = answer.attributes(ADDRESS_PART);
            byte[] address = attributes.getOrDefault(LOCAL, attributes.get(ADDRESS));
            if (address != null) {
                all.add(new Held(
                        answer.body().getInt(4),
                        new NetworkLink.Assigned(
                                inet(address), Byte.toUnsignedInt(answer.body().get(1)))));
            }
        }
        return all;
    }

    private static InetAddress inet(byte[] address) {
        try {
            return InetAddress.getByAddress(address);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("an address of " + address.length + " bytes from the kernel", e);
        }
    }

    private static NetworkLink link(NetlinkMessage.Answer answer, List<Held> all) {
        int index = answer.body().getInt(4);
        int bits = answer.body().getInt(8);
        Map<Integer, byte[]> attributes = answer.attributes(LINK_PART);
        Set<String> flags = new HashSet<>();
        LINK_FLAGS.forEach((bit, name) -> {
            if ((bits & bit) != 0) {
                flags.add(name);
            }
        });
        byte[] mac = attributes.getOrDefault(LINK_ADDRESS, new byte[0]);
        boolean ethernet = answer.body().getShort(2) == ETHERNET && mac.length == 6;
        return new NetworkLink(
                index,
                new String(attributes.getOrDefault(LINK_NAME, new byte[0]), StandardCharsets.UTF_8).replace("\0", ""),
                flags,
                ethernet ? Optional.of(MacAddress.at(mac, 0)) : Optional.empty(),
                all.stream()
                        .filter(held -> held.index() == index)
                        .map(Held::assigned)
                        .toList());
    }

    @Override
    public void replace(VirtualIpSettings settings, String nic, Lifetime lifetime, Duration limit)
            throws AddressException, InterruptedException {
        boolean ipv4 = settings.address() instanceof Inet4Address;
        // Duplicate address detection would keep the address unusable for one to two seconds.
        int flags = (ipv4 ? 0 : NO_DAD) | (settings.flags().noPrefixRoute() ? NO_PREFIX_ROUTE : 0);
        int valid = lifetime.kernelSeconds();
        try (NetlinkSocket socket = open()) {
            NetlinkMessage request = about(
                            NEW_ADDRESS,
                            NetlinkMessage.CREATE | NetlinkMessage.REPLACE,
                            new NetworkLink.Assigned(settings.address(), settings.prefixLength()),
                            link(socket, nic, List.of(), limit).index())
                    .attribute(FLAGS, flags)
                    .attribute(CACHE_INFO, settings.flags().source() ? valid : 0, valid, 0, 0);
            if (ipv4) {
                // The kernel shows an address under the interface's own name otherwise.
                request.attribute(
                        LABEL, settings.label().map(label -> nic + ":" + label).orElse(nic));
            }
            ask(socket, request, false, "putting " + settings + " on " + nic, limit);
        } catch (Unavailable e) {
            iproute.replace(settings, nic, lifetime, limit);
        }
    }

    @Override
    public void delete(NetworkLink.Assigned address, String nic, Duration limit)
            throws AddressException, InterruptedException {
        try (NetlinkSocket socket = open()) {
            NetlinkMessage request = about(
                    DELETE_ADDRESS,
                    0,
                    address,
                    link(socket, nic, List.of(), limit).index());
            ask(socket, request, false, "taking " + address + " off " + nic, limit);
        } catch (AddressException e) {
            if (e.why() != Cause.NO_ADDRESS && e.why() != Cause.NO_DEVICE) {
                throw e;
            }
        } catch (Unavailable e) {
            iproute.delete(address, nic, limit);
        }
    }

    private NetlinkMessage about(short type, int flags, NetworkLink.Assigned assigned, int index) {
        byte[] bytes = assigned.address().getAddress();
        return NetlinkMessage.request(type, flags | NetlinkMessage.ACKNOWLEDGE, sequence.incrementAndGet())
                .aboutAddresses(
                        bytes.length == 4 ? IPV4 : IPV6,
                        assigned.prefixLength(),
                        assigned.address().isLoopbackAddress() ? SCOPE_HOST : 0,
                        index)
                .attribute(LOCAL, bytes)
                .attribute(ADDRESS, bytes);
    }

    @Override
    public Optional<String> connectedInterface(InetAddress address, Duration limit)
            throws AddressException, InterruptedException {
        try (NetlinkSocket socket = open()) {
            NetlinkMessage request = NetlinkMessage.request(GET_ROUTE, NetlinkMessage.ALL, sequence.incrementAndGet())
                    .aboutRoutes(address instanceof Inet4Address ? IPV4 : IPV6);
            Optional<ConnectedRoute> best =
                    ConnectedRoute.best(address, ask(socket, request, true, "looking at all routes", limit));
            return best.isEmpty() ? Optional.empty() : name(socket, best.get().interfaceIndex(), limit);
        } catch (Unavailable e) {
            return iproute.connectedInterface(address, limit);
        }
    }

    private Optional<String> name(NetlinkSocket socket, int index, Duration limit) throws AddressException {
        NetlinkMessage request = NetlinkMessage.request(GET_LINK, NetlinkMessage.ALL, sequence.incrementAndGet())
                .aboutInterfaces();
        return ask(socket, request, true, "looking at all interfaces", limit).stream()
                .map(answer -> link(answer, List.of()))
                .filter(link -> link.index() == index)
                .map(NetworkLink::name)
                .findFirst();
    }

    @Override
    public void flushRouteCache(InetAddress address, Duration limit) throws AddressException, InterruptedException {
        iproute.flushRouteCache(address, limit);
    }

    /** Native calls are not to be had here. */
    private static final class Unavailable extends Exception {
        private static final long serialVersionUID = 1L;

        Unavailable(IOException cause) {
            super(cause);
        }
    }

    private NetlinkSocket open() throws Unavailable {
        if (unavailable) {
            throw new Unavailable(new IOException("found before"));
        }
        try {
            return NetlinkSocket.open();
        } catch (IOException e) {
            unavailable = true;
            LOG.info("addresses are read and changed by iproute2 alone, which takes longer: {}", e.getMessage());
            throw new Unavailable(e);
        }
    }

    private List<NetlinkMessage.Answer> ask(
            NetlinkSocket socket, NetlinkMessage request, boolean many, String what, Duration limit)
            throws AddressException {
        long end = System.nanoTime() + limit.toNanos();
        try {
            while (true) {
                Optional<List<NetlinkMessage.Answer>> answers =
                        socket.ask(request, many, Duration.ofNanos(end - System.nanoTime()));
                if (answers.isPresent()) {
                    return answers.get();
                }
            }
        } catch (NetlinkSocket.RefusedException e) {
            throw refused(e.error(), what);
        } catch (IOException e) {
            throw new AddressException(Cause.OTHER, what + ": " + e.getMessage());
        }
    }

    private static AddressException refused(int error, String what) {
        return switch (error) {
            case EPERM -> AddressException.noPermission(what + ": the kernel does not permit it");
            case EACCES -> AddressException.withoutIpv6(what + ": the kernel denies it");
            case ENODEV -> new AddressException(Cause.NO_DEVICE, what + ": there is no such interface");
            case EADDRNOTAVAIL -> new AddressException(Cause.NO_ADDRESS, what + ": it is not there");
            default -> new AddressException(Cause.OTHER, what + ": the kernel refuses it with error " + error);
        };
    }
}
