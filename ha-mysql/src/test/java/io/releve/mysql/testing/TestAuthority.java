package io.releve.mysql.testing;

import io.releve.mysql.config.Tls;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/** An authority that signs servers' certificates, made with the JDK's {@code keytool}. */
public final class TestAuthority {

    private static final String PASSWORD = "changeit";

    private final Path directory;
    private final Path store;
    private final Path certificate;

    /** Makes an authority, with its files in a directory that exists. */
    public TestAuthority(Path directory) throws Exception {
        this.directory = directory;
        store = directory.resolve("authority.p12");
        certificate = directory.resolve("authority.pem");
        keytool(store, "-genkeypair", "-alias", "key", "-keyalg", "RSA", "-dname", "CN=authority", "-ext", "bc:c");
        keytool(store, "-exportcert", "-alias", "key", "-rfc", "-file", certificate.toString());
    }

    /** PEM file of its certificate. */
    public Path certificate() {
        return certificate;
    }

    /**
     * Signs a certificate.
     *
     * @param name of its files
     * @param madeOutFor for whom, as {@code ip:127.0.0.1} or {@code dns:db.example}
     */
    public Tls.Certificate sign(String name, String madeOutFor) throws Exception {
        Path own = directory.resolve(name + ".p12");
        Path request = directory.resolve(name + ".csr");
        Path signed = directory.resolve(name + ".pem");
        keytool(own, "-genkeypair", "-alias", "key", "-keyalg", "RSA", "-dname", "CN=" + name);
        keytool(own, "-certreq", "-alias", "key", "-file", request.toString());
        keytool(
                store,
                "-gencert",
                "-alias",
                "key",
                "-rfc",
                "-ext",
                "san=" + madeOutFor,
                "-infile",
                request.toString(),
                "-outfile",
                signed.toString());
        return new Tls.Certificate(certificate, signed, key(own, name));
    }

    private Path key(Path own, String name) throws Exception {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(own)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        Key key = keys.getKey("key", PASSWORD.toCharArray());
        Path file = directory.resolve(name + ".key");
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key.getEncoded());
        return Files.writeString(file, "-----BEGIN PRIVATE KEY-----\n" + body + "\n-----END PRIVATE KEY-----\n");
    }

    private static void keytool(Path store, String... arguments) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(Arrays.asList(arguments));
        command.addAll(List.of("-keystore", store.toString(), "-storetype", "PKCS12", "-storepass", PASSWORD));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException(command.get(1) + ": " + output);
        }
    }
}
