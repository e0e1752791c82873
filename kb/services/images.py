"""Pictures of entries: taken up once, named by what they hold, shown to those who may see an entry that uses them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from kb.domain.content import check_code
from kb.domain.errors import N_, Invalid, NotFound
from kb.domain.images import Image, check_digest, linked_images
from kb.domain.person import Permission, Person, may_see
from kb.exchange.pictures import clean_picture
from kb.ports import Store, UnitOfWork


class Images:
    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock

    def add(self, person: Person, data: bytes) -> Image:
        """Keep a picture that somebody puts into an entry; the same picture is kept once.

        Raises:
            Invalid, TooLarge: see ``kb.exchange.pictures.clean_picture``.
        """
        person.require(Permission.SUBMIT)
        image = clean_picture(data)
        with self._store.write() as uow:
            if not uow.images.has(image.digest):
                at = self._clock()
                uow.images.add(image, by=person.login, at=at)
                detail = {"width": image.width, "height": image.height, "bytes": len(image.data)}
                uow.audit.add(at=at, by=person.login, action="image.add", subject=image.digest, detail=detail)
                uow.commit()
        return image

    def read(self, person: Person, digest: str, *, code: str = "") -> Image:
        """The picture, for those who write entries, and for everybody who may see the entry ``code`` that uses it.

        Raises:
            NotFound: there is none, or it is not for this person: told apart for nobody.
        """
        person.require(Permission.SEARCH)
        unknown = NotFound(N_("没有这张图片，或您的岗位不能查看。"))
        try:
            digest, code = check_digest(digest), check_code(code) if code else ""
        except Invalid:
            raise unknown from None
        with self._store.read() as uow:
            if not person.may(Permission.SUBMIT) and not _is_in(uow, person, digest, code):
                raise unknown
            image = uow.images.find(digest)
        if image is None:
            raise unknown
        return image


def check_images(uow: UnitOfWork, body: str, besides: Iterable[str] = ()) -> None:
    """Raise ``Invalid`` when the text names a picture that is neither kept nor among ``besides``."""
    known = set(besides)
    for digest in linked_images(body):
        if digest not in known and not uow.images.has(digest):
            raise Invalid(
                N_("正文里的图片 {digest}… 不在知识库里，请重新插入或一并导入。"), field="body", digest=digest[:12]
            )


def _is_in(uow: UnitOfWork, person: Person, digest: str, code: str) -> bool:
    """Whether a published revision of the entry shows it, the entry being open to the person's role now."""
    entry = uow.entries.find(code) if code else None
    if entry is None:
        return False
    published = [entry.revision(p.revision) for p in entry.publications if p.revision is not None]
    if not published or not may_see(person.role, published[-1].content.roles):
        return False
    return any(digest in linked_images(r.content.body) for r in published if may_see(person.role, r.content.roles))
