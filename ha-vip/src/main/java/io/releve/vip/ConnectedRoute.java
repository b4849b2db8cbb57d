package io.releve.vip;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A route of the main table that leads to a network of the host's own: through no gateway, and not to everywhere.
 *
 * @param prefixLength how specific it is
 * @param metric the smaller, the better
 * @param interfaceIndex where it leads
 */
record ConnectedRoute(int prefixLength, long metric, int interfaceIndex) {

    // linux/rtnetlink.h
    private static final int ROUTE_PART = 12;
    private static final int MAIN_TABLE = 254;
    private static final int UNICAST = 1;
    private static final int CLONED = 0x200;
    private static final int DESTINATION = 1;
    private static final int INTERFACE = 4;
    private static final int GATEWAY = 5;
    private static final int PRIORITY = 6;
    private static final int TABLE = 15;
    private static final int VIA = 18;

    /** The most specific one to an address among the kernel's routes; among equals, that with the smallest metric. */
    static Optional<ConnectedRoute> best(InetAddress address, List<NetlinkMessage.Answer> routes) {
        return routes.stream()
                .flatMap(route -> of(route, address.getAddress()).stream())
                .min(Comparator.<ConnectedRoute>comparingInt(route -> -route.prefixLength)
                        .thenComparingLong(ConnectedRoute::metric));
    }

    private static Optional<ConnectedRoute> of(NetlinkMessage.Answer route, byte[] address) {
        int prefixLength = Byte.toUnsignedInt(route.body().get(1));
        Map<Integer, byte[]> attributes = route.attributes(ROUTE_PART);
        byte[] destination = attributes.getOrDefault(DESTINATION, new byte[address.length]);
        int table =
                number(attributes.get(TABLE), Byte.toUnsignedInt(route.body().get(4)));
        boolean connected = table == MAIN_TABLE
                && route.body().get(7) == UNICAST
                && (route.body().getInt(8) & CLONED) == 0
                && !attributes.containsKey(GATEWAY)
                && !attributes.containsKey(VIA)
                && attributes.containsKey(INTERFACE);
        return connected && prefixLength > 0 && covers(destination, prefixLength, address)
                ? Optional.of(new ConnectedRoute(
                        prefixLength,
                        Integer.toUnsignedLong(number(attributes.get(PRIORITY), 0)),
                        number(attributes.get(INTERFACE), 0)))
                : Optional.empty();
    }

    private static int number(byte @Nullable [] value, int fallback) {
        return value == null
                ? fallback
                : ByteBuffer.wrap(value).order(ByteOrder.nativeOrder()).getInt();
    }

    private static boolean covers(byte[] destination, int prefixLength, byte[] address) {
        if (destination.length != address.length || prefixLength > 8 * address.length) {
            return false;
        }
        for (int bit = 0; bit < prefixLength; bit++) {
            int mask = 0x80 >> (bit % 8);
            if (((destination[bit / 8] ^ address[bit / 8]) & mask) != 0) {
                return false;
            }
        }
        return true;
    }
}
