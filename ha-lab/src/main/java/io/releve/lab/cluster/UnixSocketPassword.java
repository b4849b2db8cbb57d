package io.releve.lab.cluster;

import com.mysql.cj.protocol.AuthenticationPlugin;
import com.mysql.cj.protocol.Security;
import com.mysql.cj.protocol.a.NativeConstants.StringSelfDataType;
import com.mysql.cj.protocol.a.NativePacketPayload;
import java.nio.charset.StandardCharsets;
import java.security.DigestException;
import java.util.Arrays;
import java.util.List;

/**
 * Logs on to MySQL through its Unix socket. MySQL takes such a socket to be safe, and asks for the password itself when it
 * does not remember it, as after each of its starts; the driver knows TLS alone to be safe, and would ask for a key to encrypt
 * it with, which MySQL would take for a wrong password. Named to the driver by its class's name.
 */
public final class UnixSocketPassword implements AuthenticationPlugin<NativePacketPayload> {

    private static final byte REMEMBERED = 3;
    private static final byte WANTED = 4;

    private byte[] password = {};

    /** Made by the driver. */
    public UnixSocketPassword() {}

    @Override
    public String getProtocolPluginName() {
        return "caching_sha2_password";
    }

    @Override
    public boolean requiresConfidentiality() {
        return false; // It never leaves the machine.
    }

    @Override
    public boolean isReusable() {
        return true;
    }

    @Override
    public void setAuthenticationParameters(String user, String secret) {
        password = secret.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public boolean nextAuthenticationStep(NativePacketPayload fromServer, List<NativePacketPayload> toServer) {
        toServer.clear();
        byte[] said = fromServer.readBytes(StringSelfDataType.STRING_EOF);
        if (said.length == 1 && said[0] == WANTED) {
            // With the zero that ends it.
            toServer.add(new NativePacketPayload(Arrays.copyOf(password, password.length + 1)));
        } else if (said.length != 1 || said[0] != REMEMBERED) {
            toServer.add(new NativePacketPayload(scrambled(said)));
        }
        return true;
    }

    private byte[] scrambled(byte[] said) {
        boolean ended = said.length > 0 && said[said.length - 1] == 0;
        try {
            return Security.scrambleCachingSha2(password, ended ? Arrays.copyOf(said, said.length - 1) : said);
        } catch (DigestException e) {
            throw new IllegalStateException(e);
        }
    }
}
