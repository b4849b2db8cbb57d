package io.releve.vip;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import java.net.NetworkInterface;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;

/** Prints every frame that arrives on an interface, in hexadecimal. Argument: the interface's name. */
final class PacketCapture {

    private static final short AF_PACKET = 17;
    private static final int SOCK_RAW = 3;
    private static final short ETH_P_ALL = 3;

    static {
        Native.register(PacketCapture.class, "c");
    }

    private PacketCapture() {}

    static native int socket(int domain, int type, int protocol) throws LastErrorException;

    static native int bind(int socket, byte[] address, int length) throws LastErrorException;

    static native NativeLong recv(int socket, byte[] buffer, NativeLong length, int flags) throws LastErrorException;

    public static void main(String[] arguments) throws Exception {
        int protocol = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? ETH_P_ALL << 8 : ETH_P_ALL;
        int socket = socket(AF_PACKET, SOCK_RAW, protocol);
        byte[] address = ByteBuffer.allocate(20)
                .order(ByteOrder.nativeOrder())
                .putShort(AF_PACKET)
                .putShort((short) protocol)
                .putInt(NetworkInterface.getByName(arguments[0]).getIndex())
                .array();
        bind(socket, address, address.length);
        System.out.println("READY");
        byte[] buffer = new byte[2048];
        while (true) {
            int length = recv(socket, buffer, new NativeLong(buffer.length), 0).intValue();
            System.out.println(HexFormat.of().formatHex(buffer, 0, length));
        }
    }
}
