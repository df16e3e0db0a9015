package dev.corpusmill.jobs

/** The same on a real S3 server, and what a bad one must not break. */
class S3StorageSuite extends StorageSuite(S3Storage, () => new S3TestStore) {
  override def munitTests(): Seq[Test] =
    if (S3TestServer.isThere) super.munitTests() else super.munitTests().map(_.tag(munit.Ignore))
  override def munitTimeout: scala.concurrent.duration.Duration =
    scala.concurrent.duration.Duration(5, "min")

  private val BIG = new Array[Byte](9000000)
  new scala.util.Random(1).nextBytes(BIG)

  Seq("503", "500", "reset", "short", "etag", "outage").foreach { fault =>
    test(s"writes and reads the right bytes through $fault") {
      val broken = S3TestServer.withRule(s"""{"fault":"$fault","fraction":0.25}""") {
        (1 to 5).foreach { number =>
          val uri = store.uri(s"faults/$fault/$number")
          S3Storage.replace(uri, BIG)
          assert(S3Storage.read(uri).sameElements(BIG), uri)
        }
      }
      assert(broken > 1, broken.toString)
    }
  }

  test("knows its own object again where the answer to its creation was lost") {
    val uri = store.uri("lost/claim.json")
    val broken = S3TestServer.withRule("""{"fault":"lost","method":"PUT","times":1}""") {
      assertEquals(S3Storage.create(uri, bytes("mine")), true)
    }
    assertEquals(broken, 1)
    assertEquals(S3Storage.create(uri, bytes("other")), false)
  }
}
