"""Mails of the sample day from the treasury's own people in the provinces. What they type is as people type."""

from daemon.demo.story import Person, Sample, Step, typed
from daemon.desk.letters import LetterKind
from storage.tables import TicketState

NOTICE, DONE, HELP = LetterKind.NOTICE, LetterKind.DONE, LetterKind.HELP
ANSWER, QUESTION, FOLLOW_UP, RESULT = LetterKind.ANSWER, LetterKind.QUESTION, LetterKind.FOLLOW_UP, LetterKind.RESULT
ACKNOWLEDGEMENT = LetterKind.ACKNOWLEDGEMENT

PROVINCES = (
    Sample(
        key="tabmis-period",
        sender=Person("Nguyễn Thị Hồng Nhung", "nhungnth@vst.gov.vn"),
        subject="TABMIS: không hạch toán được vào kỳ tháng trước",
        body=typed("""
            Kính gửi các anh chị Hỗ trợ CNTT,

            Sáng nay em hạch toán bút toán điều chỉnh dự toán trên GL thì TABMIS báo kỳ kế toán đã đóng
            ("Period is not open"). Theo lịch kỳ tháng trước còn mở đến hết ngày làm việc hôm nay. Bên em còn
            7 bút toán phải vào kỳ cũ, nhờ anh chị kiểm tra và mở lại kỳ giúp bộ sổ của đơn vị ạ.

            Em cảm ơn!
            --
            Nguyễn Thị Hồng Nhung
            Kế toán viên – KBNN Đức Trọng, Lâm Đồng
            ĐT: 0263 3841 205
        """),
        application="TABMIS", province="Lâm Đồng",
        steps=(
            Step(NOTICE, "#nhan"),
            Step(NOTICE, typed("""
                Chào chị Nhung,
                Bộ sổ của Đức Trọng bị đóng kỳ sớm một ngày do đặt nhầm lịch. Kỳ tháng trước đã được mở lại đến
                17 giờ hôm nay, chị thoát TABMIS, đăng nhập lại rồi hạch toán nhé. Xong 7 bút toán chị báo lại giúp em.
            """), when=DONE),
            Step(ANSWER, "Em vào được rồi ạ, đã hạch toán xong cả 7 bút toán. Em cảm ơn anh chị nhiều!"),
            Step(FOLLOW_UP, "#xong\nĐã mở lại kỳ kế toán, đơn vị xác nhận đã hạch toán xong."),
        ),
        ends=TicketState.RESOLVED,
    ),
    Sample(
        key="ttsp-order",
        sender=Person("Trần Quốc Bảo", "baotq@vst.gov.vn"),
        subject="Lệnh TTSP đi ngân hàng treo trạng thái Chờ xác nhận",
        body=typed("""
            Chào anh chị,

            Lệnh thanh toán song phương của đơn vị tôi gửi sang ngân hàng thương mại từ 9 giờ sáng đến giờ vẫn ở trạng thái
            "Chờ xác nhận", ngân hàng thì trả lời là chưa nhận được điện nào. Người thụ hưởng là nhà thầu đang
            giục liên tục. Nhờ anh chị kiểm tra trên chương trình TTSP giúp, tôi sợ qua giờ quyết toán cuối ngày.

            Trân trọng,
            Trần Quốc Bảo
            Giao dịch viên, KBNN Cai Lậy – Tiền Giang
        """),
        application="TTSP", province="Tiền Giang",
        steps=(
            Step(NOTICE, "#hoi\nAnh Bảo cho em xin số lệnh, số tiền và chụp giúp em màn hình trạng thái của lệnh trên TTSP ạ."),
            Step(QUESTION, typed("""
                Gửi em thông tin:
                - Số lệnh: 0214763 (lô 12), lập lúc 09:04
                - Số tiền: 1.286.450.000 đồng, ngân hàng nhận: chi nhánh Tiền Giang
                Ảnh màn hình anh gửi kèm.
            """), files=("man-hinh-ttsp.png",)),
            Step(FOLLOW_UP, typed("""
                #chuyen muc {up}
                Lệnh 0214763 của KBNN Cai Lậy, 1.286.450.000 đồng, đã ký đủ 2 cấp lúc 09:07 nhưng không có điện phản
                hồi của ngân hàng. Phòng đã kiểm tra cấu hình và chữ ký số, đều bình thường. Nhờ xem hàng đợi ở máy chủ TTSP.
            """)),
            Step(NOTICE, typed("""
                #xong
                Điện 0214763 nằm lại hàng đợi do kết nối với ngân hàng đứt từ 09:05 đến 09:20. Đã gửi lại, ngân hàng
                đã xác nhận, lệnh chuyển sang "Thành công". Đơn vị đối chiếu lại cuối ngày là khớp, không lập lệnh mới.
            """)),
            Step(RESULT, typed("""
                #xong
                Anh Bảo ơi, lệnh 0214763 đã được gửi lại và ngân hàng xác nhận thành công rồi ạ. Nguyên nhân là kết
                nối với ngân hàng bị đứt lúc 09:05. Anh không lập lệnh mới, chỉ cần đối chiếu cuối ngày như bình thường.
            """)),
            Step(ANSWER, "Thấy Thành công rồi. Cảm ơn em và các anh chị nhé!"),
        ),
        ends=TicketState.RESOLVED,
    ),
    Sample(
        key="tcs-slip",
        sender=Person("Lê Thị Kim Thoa", "thoaltk@vst.gov.vn"),
        subject="TCS không in được bảng kê giấy nộp tiền",
        body=typed("""
            Em gửi anh chị lỗi của TCS-TT ạ. Từ đầu giờ sáng cứ bấm in bảng kê giấy nộp tiền là hiện thông báo như
            hình bên dưới rồi chương trình thoát ra ngoài. Em đã khởi động lại máy 2 lần vẫn vậy, máy bên cạnh cũng
            bị y hệt. Khách đang xếp hàng nộp phạt, mong anh chị xử lý sớm giúp em.
            Kim Thoa - KBNN Sông Hinh, Phú Yên
        """),
        picture="loi-tcs.png",
        application="TCS", province="Phú Yên",
        steps=(
            Step(NOTICE, "#nhận\n#trả lời\nChị Thoa chờ em 10 phút, em đang khởi động lại dịch vụ in của TCS-TT trên máy chủ."),
            Step(NOTICE, "#xong\nDịch vụ in đã chạy lại, chị in thử bảng kê giúp em. Nếu còn lỗi chị trả lời thư này nhé.", when=DONE),
        ),
        ends=TicketState.RESOLVED,
    ),
    Sample(
        key="kqkb-cash",
        sender=Person("Phạm Văn Định", "dinhpv@vst.gov.vn"),
        subject="Chênh lệch tồn quỹ trên chương trình KQKB",
        body=typed("""
            Chào các đồng chí,
            Chiều qua kiểm quỹ cuối ngày, số tồn quỹ tiền mặt trên chương trình Kho quỹ (KQKB) lớn hơn thực tế 25 triệu.
            Kiểm tra lại thì có một phiếu thu ấn chỉ vào sổ hai lần. Tôi không tìm được nút hủy phiếu vì ngày quỹ đã khóa.
            Đề nghị hướng dẫn cách xử lý.

            Phạm Văn Định - Thủ quỹ KBNN Quỳnh Phụ, Thái Bình
        """),
        application="KQKB", province="Thái Bình",
        steps=(
            Step(NOTICE, "#nhan"),
            Step(NOTICE, typed("""
                #xong
                Anh Định vào Kho quỹ > Khóa sổ > Mở lại ngày quỹ (quyền thủ kho, em vừa cấp đến hết hôm nay), hủy phiếu thu
                trùng rồi khóa sổ lại là số tồn khớp. Nhớ in lại biên bản kiểm quỹ anh nhé.
            """), when=DONE),
        ),
        ends=TicketState.RESOLVED,
    ),
    Sample(
        key="printer",
        sender=Person("hoang van suu", "suuhv@vst.gov.vn"),
        subject="may in khong in duoc",
        body=typed("""
            chao a,
            may in canon o phong giao dich khong in duoc gi ca, den cam nhap nhay. da rut day cam lai roi van the.
            in word cung khong ra. nho a xem giup
            suu - kbnn bao lac, cao bang
        """),
        application="MAY_TRAM", province="Cao Bằng",
        steps=(
            Step(NOTICE, "Anh Sửu mở nắp sau máy in xem có giấy kẹt không nhé, đèn cam nhấp nháy là báo kẹt giấy. Em gọi anh sau 5 phút."),
            Step(ANSWER, "dung roi a, ket 1 to giay o khay sau. in duoc roi. cam on a"),
            Step(FOLLOW_UP, "#xong"),
        ),
        ends=TicketState.RESOLVED,
    ),
    Sample(
        key="network-down",
        sender=Person("Lò Thị Hiền", "hienlt@vst.gov.vn"),
        subject="Mất mạng toàn bộ đơn vị",
        body=typed("""
            Báo cáo phòng Tin học: từ 7h50 toàn đơn vị mất kết nối WAN, không ping được ra tỉnh, điện thoại IP cũng mất.
            Đèn router báo đỏ ở cổng đường truyền chính. Em gửi thư này bằng điện thoại.

            Hiền - KBNN Tủa Chùa, Điện Biên
        """),
        application="MANG", province="Điện Biên",
        steps=(
            Step(NOTICE, "#nhan\nĐã gọi nhà mạng, đang chờ đo đường truyền."),
            Step(NOTICE, "#xong\nNhà mạng đã hàn lại cáp quang, đường chính chạy lại từ 9h40. Chị kiểm tra giúp em.", when=DONE),
        ),
        ends=TicketState.RESOLVED,
    ),
    Sample(
        key="ktnb-pay",
        sender=Person("Vũ Thùy Dương", "duongvt@vst.gov.vn"),
        subject="KTNB: bảng lương tháng này sai phụ cấp chức vụ",
        body=typed("""
            Anh chị ơi, em chạy bảng lương trên Kế toán nội bộ tập trung thì phụ cấp chức vụ của đ/c Phó Giám đốc mới
            bổ nhiệm vẫn là 0. Hồ sơ bên QLCB đã cập nhật từ tuần trước. Em cần chốt lương trước ngày 25, anh chị xem giúp
            em phải đồng bộ lại ở đâu ạ?
            Em Dương, phòng Tài vụ KBNN Hồng Dân, Bạc Liêu
        """),
        application="KTNB", province="Bạc Liêu",
        steps=(
            Step(NOTICE, typed("""
                #donggop
                Chị Dương vào KTNB > Tiền lương > Cập nhật hồ sơ, bấm Đồng bộ từ QLCB rồi tính lại bảng lương nhé.
            """)),
            Step(HELP, typed("""
                #traloi
                Chị Dương vào KTNB > Tiền lương > Cập nhật hồ sơ, bấm Đồng bộ từ QLCB rồi tính lại bảng lương nhé.
            """)),
            Step(ANSWER, "Em đồng bộ lại thì lên đúng rồi ạ, em cảm ơn chị."),
        ),
        ends=TicketState.IN_PROGRESS,
    ),
    Sample(
        key="bms-login",
        sender=Person("Đoàn Minh Trí", "tridm@vst.gov.vn"),
        subject="BMS không vào được",
        body=typed("""
            Chào anh chị. Tài khoản BMS của tôi hôm qua còn vào bình thường, sáng nay đăng nhập báo "Phiên làm việc hết hạn"
            rồi quay lại màn hình đăng nhập. Đổi trình duyệt khác cũng không được.
            Đoàn Minh Trí - KBNN Vị Thủy (Hậu Giang cũ)
        """),
        application="BMS", province="Hậu Giang",
    ),
    Sample(
        key="ttbt-session",
        sender=Person("Cao Thị Lệ Hằng", "hangctl@vst.gov.vn"),
        subject="Phiên bù trừ chiều không nhận được bảng kê",
        body=typed("""
            Kính gửi bộ phận hỗ trợ,
            Phiên thanh toán bù trừ số 2 chiều nay chương trình TTBT không nhận được bảng kê của NHNN, bấm "Nhận bảng kê"
            thì báo "Không có dữ liệu phiên". Các ngân hàng khác trên địa bàn đã nhận đủ. Bảng kê giấy đơn vị gửi kèm để đối chiếu.

            Cao Thị Lệ Hằng
            KBNN Lệ Thủy - Quảng Bình
        """),
        files=("bang-ke-bu-tru.pdf",),
        application="TTBT", province="Quảng Bình",
        steps=(Step(NOTICE, "#nhan"),),
        ends=TicketState.IN_PROGRESS,
    ),
    Sample(
        key="ttlkb-hang",
        sender=Person("Nguyễn Hữu Thắng", "thangnh@vst.gov.vn"),
        subject="LKB đến bị treo từ hôm qua",
        body=typed("""
            Gửi anh/chị,
            Có 3 lệnh chuyển Có liên kho bạc (T4) từ KBNN Khánh Hòa chuyển đến từ chiều hôm qua, trên chương trình LKB
            hiện "Chờ hạch toán" mà không lên được TABMIS. Chi tiết 3 lệnh trong tệp kèm theo.

            Thắng, KBNN Yên Thế - Bắc Giang
        """),
        files=("lenh-lkb.csv",),
        application="TTLKB", province="Bắc Giang",
        steps=(
            Step(NOTICE, "#chuyen muc {up}\n3 lệnh LKB đến không giao diện sang TABMIS, phòng không có quyền xem hàng đợi giao diện."),
            Step(NOTICE, typed("""
                #tra
                Nhóm đã chạy lại giao diện lúc 10:15, đề nghị phòng hướng dẫn đơn vị kiểm tra lại trên TABMIS và trả lời đơn vị.
            """)),
            Step(NOTICE, "#xong\nGiao diện LKB sang TABMIS đã chạy lại, anh kiểm tra bút toán của 3 lệnh trên TABMIS giúp em nhé."),
        ),
        ends=TicketState.RESOLVED,
    ),
    Sample(
        key="dtkb-contract",
        sender=Person("Bùi Thị Ngoan", "ngoanbt@vst.gov.vn"),
        subject="ĐTKB-LAN: nhập hợp đồng bổ sung báo vượt kế hoạch vốn",
        body=typed("""
            Em nhập phụ lục hợp đồng của dự án Đường liên xã Giao Thủy vào ĐTKB-LAN thì chương trình báo "Giá trị vượt
            kế hoạch vốn", trong khi quyết định điều chỉnh kế hoạch đã nhập từ tuần trước. Nhờ anh chị xem giúp em dữ liệu
            dự án này, chủ đầu tư đang chờ tạm ứng ạ.
            Bùi Thị Ngoan - Kiểm soát chi, KBNN Giao Thủy, Nam Định
        """),
        application="DTKB_LAN", province="Nam Định",
        steps=(Step(NOTICE, "#hoi\nChị cho em mã dự án và số quyết định điều chỉnh kế hoạch vốn nhé."),),
        ends=TicketState.WAITING,
    ),
    Sample(
        key="qlts-card",
        sender=Person("Trịnh Xuân Quý", "quytx@vst.gov.vn"),
        subject="qlts - khong tinh khau hao cho xe o to",
        body=typed("""
            Kinh gui anh chi,
            Tren chuong trinh Quan ly tai san, the tai san xe o to 77A-00217 cua don vi khong len khau hao nam nay,
            cac tai san khac van tinh binh thuong. Nho anh chi kiem tra giup.
            Quy - KBNN Van Canh, Binh Dinh
        """),
        application="QLTS", province="Bình Định",
    ),
    Sample(
        key="mail-full",
        sender=Person("Hà Thu Phương", "phuonght@vst.gov.vn"),
        subject="Hộp thư đầy, không nhận được mail",
        body=typed("""
            Dạ em chào anh chị, Outlook của em báo hộp thư gần đầy (98%), từ trưa không nhận được thư nào từ bên ngoài.
            Em đã xóa bớt thư trong Hộp thư đến mà dung lượng không giảm. Anh chị tăng dung lượng hoặc chỉ em cách dọn với ạ.

            Hà Thu Phương - KBNN Mai Sơn, Sơn La
        """),
        application="MAIL", province="Sơn La",
        steps=(
            Step(NOTICE, typed("""
                Chào Phương, em chuột phải vào mục Đã xóa (Deleted Items), chọn Empty Folder, rồi đóng mở lại Outlook là
                dung lượng giảm ngay.
            """)),
            Step(ANSWER, typed("""
                Tôi đang đi công tác và nghỉ phép từ hôm nay đến hết tuần, không thường xuyên kiểm tra hộp thư.
                Trường hợp khẩn xin liên hệ chị Lan, máy lẻ 214.
            """), subject="Trả lời tự động: Hộp thư đầy, không nhận được mail",
                headers={"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All"}),
        ),
        ends=TicketState.IN_PROGRESS,
    ),
    Sample(
        key="qlcb-raise",
        sender=Person("Ngô Thị Bích Liên", "lienntb@vst.gov.vn"),
        subject="Không hiện danh sách đến hạn nâng lương trên QLCB",
        body=typed("""
            Anh chị cho em hỏi, báo cáo cán bộ đến hạn nâng lương thường xuyên quý này trên chương trình Quản lý cán bộ
            ra trang trắng, trong khi đơn vị có 4 đồng chí đến hạn. Có phải em chọn sai điều kiện lọc không ạ?

            Bích Liên, phòng Tổ chức - KBNN Con Cuông, Nghệ An
        """),
        application="QLCB", province="Nghệ An",
        steps=(Step(NOTICE, "#chuyen muc {up}\nPhòng đã thử mọi điều kiện lọc, báo cáo vẫn trắng; đề nghị nhóm kiểm tra dữ liệu."),),
        ends=TicketState.IN_PROGRESS,
    ),
)  # fmt: skip
